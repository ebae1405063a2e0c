"""Hostile text in every field that people fill stays text: on every page of every role, on error pages, in mails.

The pages are found by following their own links and sending their own forms.
"""

import email
import email.policy
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from app.accounts import service as account_service
from app.notifications import repository as notifications
from app.notifications import service as notification_service
from app.notifications.purposes import PURPOSES
from app.settings import Settings
from app.venues.commands import AddChannel
from tests.addresses import SITE
from tests.school import School
from tests.web.hostile import HOSTILE
from tests.web.hostile_school import World, fill
from tests.web.page_parts import PageParts

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_NOT_PAGES = ("/api/", "/static/")
# What no page shows: mails, files and the API do.
NOT_SHOWN = {"RegisterEmployer.introduction", "CorrectPlacement.reason"}


async def test_hostile_text_stays_text_on_every_page_and_in_every_mail(school: School, client: Any) -> None:
    world = World(school)
    await fill(world)
    faults: list[str] = []
    seen: set[str] = set()
    for role in (None, "employer_contact", "department_staff", "organiser"):
        for locale in ("zh-CN", "en"):
            pages = await _pages(client, world, role, locale)
            faults += [f"{role} {locale} {path}: {fault}" for path, html in pages for fault in _faults(html)]
            seen |= {field for _, html in pages for field in world.marks.seen_in(html)}
    mails = await _mails(world)
    faults += [f"mail {subject}: {fault}" for subject, html in mails for fault in _faults(html)]
    assert {field for _, html in mails for field in world.marks.seen_in(html)} >= {
        "SubmitRequest.title",
        "Decision.note",
    }
    assert not faults, "\n".join(faults)
    assert set(world.marks.fields.values()) - seen == NOT_SHOWN


async def test_hostile_text_stays_text_when_a_form_is_refused(school: School, client: Any) -> None:
    world = World(school)
    await fill(world)
    for role in (None, "employer_contact", "department_staff", "organiser"):
        faults: list[str] = []
        answers: list[int] = []
        pages = await _pages(client, world, role, "en")
        forms = {_pattern(form.action): form for _, html in pages for form in PageParts(html).forms}
        for form in forms.values():
            if form.method != "post" or form.action.startswith(("/sign-out", "/language")):
                continue
            sent = {name: value or HOSTILE for name, value in form.fields.items()}
            answer = await client.post(form.action, data=sent, headers=await _headers(world, role, "en"))
            answers.append(answer.status_code)
            faults += [f"{role} {form.action}: {fault}" for fault in _faults(answer.text)]
            if answer.status_code >= 500:
                faults.append(f"{role} {form.action}: {answer.status_code}")
        assert not faults, "\n".join(faults)
        assert 422 in answers


def _faults(html: str) -> Iterable[str]:
    parts = PageParts(html)
    yield from parts.faults
    if "1337" in parts.text:
        yield "braces were evaluated"


async def _headers(world: World, role: str | None, locale: str) -> dict[str, str]:
    if role is None:
        return {"Cookie": f"locale={locale}", "Accept": "text/html"}
    account = world.people[role]
    token = await world.do(lambda c: account_service.open_session(c, account.id))
    return {"Cookie": f"locale={locale}; session={token}", "Accept": "text/html"}


async def _pages(client: Any, world: World, role: str | None, locale: str) -> list[tuple[str, str]]:
    """Every page that the pages lead to, four of each sort."""
    headers = await _headers(world, role, locale)
    code = world.school.season.code
    queue = ["/", f"/seasons/{code}?q={HOSTILE}", f"/seasons/{code}/list?q={HOSTILE}&campus={HOSTILE}"]
    queue += [f"/seasons/{code}/inbox?q={HOSTILE}", f"/employers?q={HOSTILE}", f"/sign-in?next=/{HOSTILE}"]
    queue += [f"/verify-email?token={HOSTILE}", f"/new-password?token={HOSTILE}", f"/seasons/{HOSTILE}", "/seasons/new"]
    queue += world.addresses
    met: dict[str, int] = {}
    known, found = set(queue), []
    while queue:
        path = queue.pop(0)
        answer = await client.get(path, headers=headers)
        assert answer.status_code < 500, (path, answer.text)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        found.append((path, answer.text))
        for link in PageParts(answer.text).links:
            target = _target(path, link)
            if target is None or target in known or met.get(_pattern(target), 0) >= 4:
                continue
            met[_pattern(target)] = met.get(_pattern(target), 0) + 1
            known.add(target)
            queue.append(target)
    return found


def _target(path: str, link: str) -> str | None:
    if link.startswith("?"):
        link = path.partition("?")[0] + link
    address = link.partition("#")[0]
    if not address.startswith("/") or address.startswith(_NOT_PAGES) or address.partition("?")[0].endswith(".ics"):
        return None
    return address


def _pattern(address: str) -> str:
    parts = urlsplit(address)
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&"))
    kept = "&".join(pair for pair in parts.query.split("&") if pair.startswith(("tab=", "state=")))
    return f"{_ID.sub('*', parts.path)}?{names}{kept}"


async def _mails(world: World) -> list[tuple[str, str]]:
    settings = Settings(environment="test", base_url=SITE)
    async with world.school.database.pool.acquire() as connection, connection.transaction():
        mailed = [event.type for event in PURPOSES]
        rows = await connection.fetch("SELECT id FROM event WHERE type = ANY($1) ORDER BY id", mailed)
        events = [row["id"] for row in rows]
        await notification_service.write_deliveries(connection, events, settings=settings)
        due = await notifications.take_due(connection, batch=1000, lease_seconds=0)
        raw = await notification_service.compose_deliveries(connection, due, settings=settings)
    found = []
    for content in raw.values():
        message = email.message_from_bytes(content, policy=email.policy.default)
        html = message.get_body(("html",))
        assert html is not None
        found.append((str(message["Subject"]), html.get_content()))
    return found


@pytest.mark.parametrize(
    "address", ["javascript:evil()", "data:text/html,evil", "//evil.example", "\u200bjavascript:evil()"]
)
def test_an_address_that_pages_link_to_is_of_the_web(address: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"code": "C1", "name_zh": "直播间", "name_en": "Channel", "url": address}, AddChannel)
