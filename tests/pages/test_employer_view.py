"""An employer beside its licence: for the review, and for its own contacts."""

from datetime import date

from app.employers.pages.employer_view import read_employer, read_own_employer
from tests.school import School

TODAY = date(2023, 2, 2)


async def test_the_review_shows_the_entry_what_happened_and_the_reasons_of_a_refusal(school: School) -> None:
    employer = await school.employer()
    async with school.database.read() as connection:
        view = await read_employer(connection, employer.id, today=TODAY)
    assert view.employer.id == employer.id
    assert view.employer.state == "verified"
    assert view.history[-1].type == "employer.registered"
    assert view.employer.size_class in view.sizes
    assert view.reasons


async def test_a_contact_sees_the_same_findings_as_the_review(school: School) -> None:
    employer = await school.employer(verified=False)
    async with school.database.read() as connection:
        review = await read_employer(connection, employer.id, today=TODAY)
        own = await read_own_employer(connection, employer.id, today=TODAY)
    assert own.employer == review.employer
    assert own.findings == review.findings
    assert {reason.code for reason in review.reasons} == set(own.reasons)


async def test_before_it_is_entered_there_is_only_the_choice(school: School) -> None:
    async with school.database.read() as connection:
        own = await read_own_employer(connection, None, today=TODAY)
    assert (own.employer, own.findings) == (None, [])
    assert own.sizes
    assert own.properties
    assert own.industries
