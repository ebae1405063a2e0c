"""Where letters lead: the addresses of pages that mails name."""

from uuid import UUID

SIGN_IN = "/sign-in"
EMPLOYER = "/my/employer"
HOME = "/"
MESSAGES = "/my/messages"
CHANNELS = "/message-channels"
MY_REQUESTS = "/my/requests"
PEOPLE = "/my/employer/people"
MY_DUTIES = "/my/duties"


def request_page(request_id: UUID) -> str:
    """Give the path of a request's page."""
    return f"/requests/{request_id}"


def blocking_page(blocking_id: UUID) -> str:
    """Give the path of a blocking's page."""
    return f"/blockings/{blocking_id}"


def series_page(series_id: UUID) -> str:
    """Give the path of a series' page."""
    return f"/series/{series_id}"


def strike_page(strike_id: UUID) -> str:
    """Give the path of the page of a no-show or late cancellation, where appeals are made."""
    return f"/strikes/{strike_id}"


def offer_page(token: str) -> str:
    """Give the path of the page on which an offer is answered without an account."""
    return f"/offers/{token}"


def invitation_page(token: str) -> str:
    """Give the path of the page on which somebody accepts to act for an employer."""
    return f"/invitations/{token}"


def fair_page(fair_id: UUID) -> str:
    """Give the path of a fair's page, for those who run it."""
    return f"/fairs/{fair_id}"


def exhibitor_page(token: str) -> str:
    """Give the path of the page on which an exhibitor answers without an account."""
    return f"/exhibitors/{token}"


def verify_email_page(token: str) -> str:
    """Give the path of the page that verifies an address."""
    return f"/verify-email?token={token}"


def new_password_page(token: str) -> str:
    """Give the path of the page that sets a new password."""
    return f"/new-password?token={token}"


def release_mails_page(version_id: UUID) -> str:
    """Give the path of the page with the mails that a release would send."""
    return f"/versions/{version_id}/mails"


def inbox_page(season_code: str) -> str:
    """Give the path of a season's inbox."""
    return f"/seasons/{season_code}/inbox"


def unsubscribe_page(token: str) -> str:
    """Give the path of the page that turns a kind of message off; the token stands where it is not logged."""
    return f"/unsubscribe?token={token}"
