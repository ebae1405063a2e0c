"""People who ask; their names are ASCII because tests put them into a header."""

from uuid import UUID, uuid4

import msgspec

from app.actors import Actor

ORGANISER = Actor(account_id=uuid4(), role="organiser", display_name="wang")
EMPLOYER = Actor(account_id=uuid4(), role="employer_contact", display_name="li", locale="en")


STAFF = Actor(account_id=uuid4(), role="department_staff", display_name="zhao")


def staff_of(department_id: UUID) -> Actor:
    """Somebody of a department."""
    return msgspec.structs.replace(STAFF, department_id=department_id)
