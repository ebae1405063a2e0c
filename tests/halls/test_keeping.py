"""A room's plan over HTTP: kept, changed by versions, removed, drawn; who may, which rooms, what is refused."""

import asyncio
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.errors import PreconditionFailed
from app.halls.drafting import PutHallPlan
from app.halls.service import put_plan
from tests.behaviours.people import Client, Person, wrong
from tests.blockings.places import Places
from tests.school import School, at

CELLS = "##D##\nB...P\nBB.PP\n....."


@pytest.fixture
async def places(school: School, client: Client) -> Places:
    return await Places.of(school, client)


async def put(person: Person, room: Any, cells: str = CELLS, *, seen: int | str = 0, **more: Any) -> Any:
    return await person.send("PUT", f"/api/venues/{room.id}/hall-plan", seen=seen, json={"cells": cells, **more})


async def test_a_plan_is_kept_read_changed_and_removed(places: Places) -> None:
    address = f"/api/venues/{places.hall.id}/hall-plan"
    none = await places.centre.send("GET", address)
    assert (none.status_code, none.json()["type"]) == (404, "/problems/hall-plan-not-found")
    made = await put(places.centre, places.hall)
    assert (made.status_code, made.headers["etag"]) == (200, '"1"'), made.text
    told = made.json()
    assert [booth["name"] for booth in told["booths"]] == ["A01", "A02", "B01", "B02", "B03", "B04"]
    assert told["booths"][1] == {"name": "A02", "row": 2, "column": 5, "power": True}
    assert (told["cells"], told["findings"]) == (CELLS, [])
    assert (await places.centre.send("GET", address)).json() == told
    same = await put(places.centre, places.hall, told["sheet"], seen=1)
    assert same.json()["row_version"] == 1, "nothing changed"
    changed = await put(places.centre, places.hall, CELLS.replace("BB.PP", "BB.#P"), seen=1)
    assert changed.json()["row_version"] == 2
    assert [booth["name"] for booth in changed.json()["booths"]][-2:] == ["B02", "B04"]
    stale = await put(places.centre, places.hall, seen=1)
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-meanwhile")
    gone = await places.centre.send("DELETE", address, seen=1)
    assert gone.status_code == 412
    assert (await places.centre.send("DELETE", address, seen=2)).status_code == 204
    assert (await places.centre.send("DELETE", address)).status_code == 404
    history = (await places.centre.send("GET", f"{address}/history")).json()
    assert [line["type"] for line in history] == ["hall_plan.removed", "hall_plan.saved", "hall_plan.saved"]
    assert history[1]["payload"] == {"booths": 5, "powered": 2, "accepted": []}
    assert {line["actor_name"] for line in history} == {history[0]["actor_name"]} != {None}


async def test_own_names_are_kept_until_all_are_named_anew(places: Places) -> None:
    await put(places.centre, places.hall, "VIP+\tB\tB\n.\tD\t.")
    sheet = (await places.centre.send("GET", f"/api/venues/{places.hall.id}/hall-plan")).json()["sheet"]
    assert sheet == "VIP+\tA02\tA03\n.\tD\t."
    kept = await put(places.centre, places.hall, "PBB\n.D.\nB..", seen=1)
    assert [booth["name"] for booth in kept.json()["booths"]] == ["VIP", "A02", "A03", "B01"]
    anew = await put(places.centre, places.hall, sheet, seen=2, naming="serpentine", keep_names=False)
    assert [booth["name"] for booth in anew.json()["booths"]] == ["01", "02", "03"]


async def test_what_is_found_is_asked_for_once_and_kept_with_a_yes(places: Places) -> None:
    shut = "#D#B\n###.\nB..."
    asked = await put(places.centre, places.hall, shut)
    problem = asked.json()
    assert (asked.status_code, problem["type"]) == (409, "/problems/hall-plan-questioned")
    assert problem["findings"] == [
        {"code": "blocked_door", "cells": [{"row": 1, "column": 2}]},
        {"code": "unreachable_booth", "cells": [{"row": 1, "column": 4}, {"row": 3, "column": 1}]},
    ]
    half = await put(places.centre, places.hall, shut, accept_findings=["blocked_door"])
    assert half.status_code == 409
    kept = await put(places.centre, places.hall, shut, accept_findings=["blocked_door", "unreachable_booth"])
    assert kept.status_code == 200
    assert [finding["code"] for finding in kept.json()["findings"]] == ["blocked_door", "unreachable_booth"]
    history = (await places.centre.send("GET", f"/api/venues/{places.hall.id}/hall-plan/history")).json()
    assert history[0]["payload"]["accepted"] == ["blocked_door", "unreachable_booth"]


@pytest.mark.parametrize(
    ("body", "path", "sentence"),
    [
        ({"cells": "..\n.D"}, "cells", "A hall plan has at least one booth."),
        ({"cells": "B" * 10**6}, "cells", "A hall plan has at most 100 rows of 100 cells."),
        ({"cells": "\n".join(["B." * 500] * 1000)}, "cells", "A hall plan has at most 100 rows of 100 cells."),
        ({"cells": "B.\nB?"}, "cells", "Row 2, column 2: “?” is neither a kind of cell nor the name of a booth."),
        ({"cells": "A1\tA2\na1\tD"}, "cells", "Row 2, column 1: a1 is the booth of row 1, column 1."),
        ({"cells": CELLS, "cell_cm": 5}, "cell_cm", ""),
        ({"cells": CELLS, "naming": "random"}, "naming", ""),
        ({"cells": CELLS, "accept_findings": ["all"]}, "accept_findings[0]", ""),
        ({"cells": 5}, "cells", ""),
        ({}, "cells", ""),
    ],
)
async def test_what_is_no_plan_is_refused_by_field(
    places: Places, body: dict[str, Any], path: str, sentence: str
) -> None:
    refused = await places.centre.send("PUT", f"/api/venues/{places.hall.id}/hall-plan", seen=0, json=body)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["path"] == path, refused.text
    if sentence:
        assert refused.json()["errors"][0]["detail"] == sentence
    assert (await places.centre.send("GET", f"/api/venues/{places.hall.id}/hall-plan")).status_code == 404


async def test_only_rooms_in_use_have_plans(places: Places) -> None:
    channel = await places.school.channel()
    for person in (places.centre, places.staff):
        refused = await put(person, channel)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-hall")
    page = await places.centre.page(f"/venues/{channel.id}/hall-plan")
    assert page.status_code == 409
    assert "only rooms have one" in page.text
    await put(places.centre, places.hall)
    retired = await places.centre.send(
        "POST", f"/api/resources/{places.hall.id}/retire", json={"first_day": "2023-02-10"}
    )
    assert retired.status_code == 201, retired.text
    assert (await put(places.centre, places.hall, CELLS + "\n.....", seen=1)).status_code == 200, "until that day"
    await places.school.go_to(at(10, 9, month=2))
    late = await put(places.centre, places.hall, seen=2)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/room-out-of-use")
    assert (await places.centre.send("DELETE", f"/api/venues/{places.hall.id}/hall-plan")).status_code == 409
    assert (await places.centre.send("GET", f"/api/venues/{places.hall.id}/hall-plan")).status_code == 200
    page = await places.centre.page(f"/venues/{places.hall.id}/hall-plan")
    assert "out of use" in page.text
    assert 'data-booth="A01"' in page.text
    assert "<textarea" not in page.text


async def test_a_department_draws_its_own_halls_only(places: Places) -> None:
    assert (await put(places.staff, places.hall)).status_code == 200
    for address in ("hall-plan", "hall-plan.svg", "hall-plan/history"):
        assert (await places.staff.send("GET", f"/api/venues/{places.hall.id}/{address}")).status_code == 200
        assert (await places.staff.send("GET", f"/api/venues/{places.room.id}/{address}")).status_code == 403
    assert (await put(places.staff, places.room)).status_code == 403
    employer = await places.school.employer()
    contact = await Person.of(
        places.centre.client, await places.school.account("employer_contact", employer_id=employer.id)
    )
    assert (await put(contact, places.hall)).status_code == 403
    assert (await contact.send("GET", f"/api/venues/{places.hall.id}/hall-plan")).status_code == 403
    without = await places.centre.client.get(f"/api/venues/{places.hall.id}/hall-plan")
    assert without.status_code == 401


async def test_a_plan_is_drawn_in_the_readers_language(places: Places) -> None:
    await put(places.centre, places.hall)
    address = f"/api/venues/{places.hall.id}/hall-plan.svg"
    english = await places.centre.send("GET", address)
    assert english.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in english.headers["content-security-policy"]
    ET.fromstring(english.text)  # noqa: S314
    assert ">Door<" in english.text
    assert "6 booths, 3 with power, 1 door" in english.text
    chinese = await places.centre.client.get(
        address, headers={"Cookie": places.centre.headers["Cookie"].replace("locale=en", "locale=zh-CN")}
    )
    assert ">门<" in chinese.text


async def test_a_plan_to_start_from_can_be_kept_at_once(places: Places) -> None:
    started = await places.staff.send("GET", "/api/hall-plans/suggested?booths=24&powered=6")
    assert (len(started.json()["booths"]), started.json()["findings"]) == (24, [])
    kept = await put(places.staff, places.hall, started.json()["sheet"])
    assert kept.status_code == 200, kept.text
    refused = await places.staff.send("GET", "/api/hall-plans/suggested?booths=2&powered=6")
    assert [path for path, _ in wrong(refused)] == ["powered"]


async def test_of_two_who_draw_at_once_the_later_is_told(places: Places) -> None:
    who: dict[str, Any] = {"actor": places.school.organiser, "now": places.school.clock.now()}
    database, hall = places.school.database, places.hall.id
    async with database.pool.acquire() as connection, connection.transaction():
        await put_plan(connection, hall, PutHallPlan(cells="BB\n.D"), seen=0, **who)
        second = database.transact(put_plan, hall, PutHallPlan(cells="BP\n.D"), seen=0, **who)
        later = asyncio.create_task(second)
        await asyncio.sleep(0.3)
        assert not later.done(), "it waits for who came first"
    with pytest.raises(PreconditionFailed):
        await later
