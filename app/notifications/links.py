"""Where letters lead: the one place that knows the pages' addresses."""

from uuid import UUID

SIGN_IN = "/sign-in"
EMPLOYER = "/my/employer"


def request_page(request_id: UUID) -> str:
    """A request with its places."""
    return f"/requests/{request_id}"


def verify_email_page(token: str) -> str:
    """Opening it shows that an address is the reader's."""
    return f"/verify-email?token={token}"


def new_password_page(token: str) -> str:
    """A new password is set there."""
    return f"/new-password?token={token}"
