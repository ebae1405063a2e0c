"""Where letters lead: the addresses of pages that mails name."""

from uuid import UUID

SIGN_IN = "/sign-in"
EMPLOYER = "/my/employer"
MY_REQUESTS = "/my/requests"
PEOPLE = "/my/employer/people"


def request_page(request_id: UUID) -> str:
    """Give the path of a request's page."""
    return f"/requests/{request_id}"


def offer_page(token: str) -> str:
    """Give the path of the page on which an offer is answered without an account."""
    return f"/offers/{token}"


def invitation_page(token: str) -> str:
    """Give the path of the page on which somebody accepts to act for an employer."""
    return f"/invitations/{token}"


def verify_email_page(token: str) -> str:
    """Give the path of the page that verifies an address."""
    return f"/verify-email?token={token}"


def new_password_page(token: str) -> str:
    """Give the path of the page that sets a new password."""
    return f"/new-password?token={token}"
