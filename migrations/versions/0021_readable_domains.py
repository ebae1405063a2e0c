"""Accounts under a domain in ASCII form (xn--…) from before addresses had one form are known by the readable one."""

from alembic import op
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import text

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    connection = op.get_bind()
    for account_id, email in connection.execute(text("SELECT id, email FROM account WHERE email LIKE '%xn--%'")).all():
        try:
            readable = validate_email(email, check_deliverability=False, globally_deliverable=False).normalized
        except EmailNotValidError:
            continue
        connection.execute(
            text(
                "UPDATE account SET email = :email"
                " WHERE id = :id AND NOT EXISTS (SELECT FROM account AS other WHERE other.email = :email)"
            ),
            {"email": readable, "id": account_id},
        )
