"""What tables hold by a name of earlier versions is read as what it is called now."""

from datetime import datetime
from typing import get_args
from uuid import uuid4

from app.events import BookingTentative
from app.notifications.purposes import PURPOSE_NAMES, Purpose
from app.outbox.repository import StoredEvent, event_of
from tests.school import at


def test_a_stored_booking_held_is_a_tentative_booking() -> None:
    placement = {"starts_at": at(15, 9), "ends_at": at(15, 11), "room_ids": [], "channel_id": None}
    stored = StoredEvent(
        id=1,
        type="booking.held",
        season_id=uuid4(),
        subject_id=uuid4(),
        actor_id=None,
        occurred_at=datetime.now().astimezone(),
        reason="",
        payload={"activity_id": str(uuid4()), "request_id": str(uuid4()), "place": placement, "sequence": 3},
    )
    event = event_of(stored)
    assert isinstance(event, BookingTentative)
    assert event.sequence == 3


def test_every_purpose_that_a_row_may_have_has_a_name() -> None:
    assert set(PURPOSE_NAMES) == set(get_args(Purpose))
