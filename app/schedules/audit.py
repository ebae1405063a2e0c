"""The standing bookings of a season, checked by the independent verifier."""

from uuid import UUID

from app.clock import Clock
from app.database import Database
from app.schedules.problem.builder import build_problem
from app.schedules.problem.facts import read_season_facts
from app.schedules.problem.placements import engine_placement
from scheduling import Solution, Violation, verify


async def audit_season(database: Database, season_id: UUID, *, clock: Clock) -> list[Violation]:
    """List the rules that the standing bookings break, on a problem rebuilt from the database."""
    async with database.read() as connection:
        facts = await read_season_facts(connection, season_id, clock=clock)
    built = build_problem(facts, clock=clock, with_standing=False)
    solution = Solution(placements=tuple(engine_placement(built.grid, booking) for booking in facts.standing))
    # A person books a request's activities one by one: all of them are promised only once it is scheduled.
    scheduled = {request.id for request in facts.requests if request.state == "scheduled"}
    promised = {str(booking.activity_id) for booking in facts.standing if booking.request_id in scheduled}
    return [
        violation
        for violation in verify(built.problem, solution)
        if violation.rule != "incomplete_request" or promised & set(violation.activities)
    ]
