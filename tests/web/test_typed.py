"""What was typed into a form that was not carried out, or was sent before, is answered with all of it."""

import html
import re
from typing import Any
from uuid import UUID

import pytest

from app.accounts.domain import Account
from app.decisions import decide
from app.pages.templating import TEMPLATE_FOLDERS
from tests.school import School
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts
from tests.web.sent_form import SentForm

NEW = "/my/requests/new"
BROWSER = {"accept": "text/html,*/*"}
FORM = {"content-type": "application/x-www-form-urlencoded", **BROWSER}
TYPED = {"a0_attendance": "80", "title": "Talk <1>", "notice_text": "one\r\ntwo", "a0_w0_first_day": "2023-03-14"}
MANY = [("a0_features", "projector"), ("a0_features", "recording")]


async def contact_of(school: School) -> Account:
    """Somebody who may send requests."""
    contact = await school.account("employer_contact", employer_id=(await school.employer()).id)
    await school.database.pool.execute("UPDATE account SET email_verified_at = now() WHERE id = $1", contact.id)
    return contact


async def form_of(client: Any, account: Account) -> SentForm:
    """The empty form of a request, in English."""
    await sign_in(client, account)
    client.cookies.set("locale", "en")
    return SentForm((await client.get(NEW)).text, NEW)


async def send(client: Any, body: str, path: str = NEW) -> Any:
    """Press a button of a form."""
    return await client.post(path, content=body, headers=FORM, follow_redirects=False)


async def titles(school: School) -> list[str]:
    """What was asked for."""
    return [
        row["title"] for row in await school.database.pool.fetch("SELECT title FROM request ORDER BY created_at, id")
    ]


async def state_of(school: School, request_id: str) -> str:
    """A request's state."""
    found: str = await school.database.pool.fetchval("SELECT state FROM request WHERE id = $1", UUID(request_id))
    return found


async def test_an_ended_session_gives_every_field_back_to_be_sent(school: School, client: Any) -> None:
    contact = await contact_of(school)
    form = await form_of(client, contact)
    form.fields += MANY
    await school.database.pool.execute("DELETE FROM session")
    answer = await send(client, form.body(**TYPED))
    assert (answer.status_code, 'data-form-status="401"' in answer.text) == (401, True)
    kept = SentForm(answer.text, NEW)
    assert sorted(kept.fields) == sorted(SentForm.fields_of(form.body(**TYPED)))
    assert not PageParts(answer.text).faults
    await sign_in(client, contact)
    # The school has no such features.
    kept.fields = [field for field in kept.fields if field not in MANY]
    answer = await send(client, kept.body())
    assert answer.status_code == 303, PageParts(answer.text).text
    assert await titles(school) == ["Talk <1>"]


async def test_another_account_cannot_send_it(school: School, client: Any) -> None:
    form = await form_of(client, await contact_of(school))
    await sign_in(client, await contact_of(school))
    answer = await send(client, form.body(**TYPED))
    assert answer.status_code == 409
    assert "filled in under another account" in answer.text
    assert await titles(school) == []


@pytest.mark.parametrize("path", ["/my/employer", "/my/requests/new"])
async def test_no_password_and_no_file_is_given_back(client: Any, path: str) -> None:
    fields = {"form_key": "0" * 32, "legal_name": "江城机电", "password": "a very secret one", "token": "secret key"}
    answer = await client.post(
        path, data=fields, files={"scan": ("a.png", b"secret bytes", "image/png")}, headers=BROWSER
    )
    assert answer.status_code == 401
    assert 'value="江城机电"' in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("body", [b"--x\r\nno part", b"\xff\xfe=%", b"a" * 300_000])
async def test_what_cannot_be_given_back_is_still_asked_to_sign_in(client: Any, body: bytes) -> None:
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", FORM["content-type"]):
        answer = await client.post(NEW, content=body, headers={"content-type": kind})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("path", "page"),
    [("/requests/{}/refuse", "/requests/{}"), ("/requests/{}/cancel", "/requests/{}"), ("/venues/x/y/z", "/venues")],
)
async def test_from_an_answer_the_language_leads_to_the_page_of_its_form(
    school: School, client: Any, path: str, page: str
) -> None:
    detail = await school.request(approved=False)
    await sign_in(client, await school.account("organiser"))
    answer = await client.post(
        path.format(detail.request.id), data={"reason_code": "x" * 99, "note": "Sorry"}, headers=BROWSER
    )
    assert answer.status_code >= 400
    language = next(form for form in PageParts(answer.text).forms if form.action.startswith("/language"))
    shown = html.unescape(re.search(r'name="next" value="([^"]*)"', answer.text)[1])  # type: ignore[index]
    assert "next" in language.fields
    assert shown == page.format(detail.request.id)
    assert (await client.get(shown)).status_code == 200


async def test_sent_before_and_changed_it_asks_which_one_is_meant(school: School, client: Any) -> None:
    form = await form_of(client, await contact_of(school))
    first = (await send(client, form.body(**TYPED))).headers["location"]
    changed = {**TYPED, "title": "Talk 2", "notice_text": "three"}
    asked = await send(client, form.body(**changed))
    assert asked.status_code == 409
    assert first in PageParts(asked.text).links
    again = SentForm(asked.text, NEW)
    assert dict(again.fields) == {**dict(form.fields), **changed}
    assert await titles(school) == ["Talk <1>"]
    # Asking what is open in between, or pressing Enter, is no answer.
    checked = await send(client, again.body(check="1"))
    assert (await send(client, SentForm(checked.text, NEW).body())).status_code == 409
    # To change the first: its own form, filled in and not saved.
    edit = f"{first}/edit"
    assert f'formaction="{edit}"' in asked.text
    taken = await send(client, again.body(take_over="1"), edit)
    assert (taken.status_code, await titles(school)) == (200, ["Talk <1>"])
    saved = await send(client, SentForm(taken.text, edit).body(), edit)
    assert (saved.status_code, await titles(school)) == (303, ["Talk 2"])
    # A second one: by its own button, once however often it is pressed.
    answers = [await send(client, again.body(second="draft")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await titles(school) == ["Talk 2", "Talk 2"]
    second = answers[0].headers["location"].removeprefix("/requests/")
    assert await state_of(school, second) == "draft"


async def test_the_same_from_a_form_that_is_opened_anew_is_asked_about(school: School, client: Any) -> None:
    contact = await contact_of(school)
    first = await send(client, (await form_of(client, contact)).body(**TYPED, draft="1"))
    # Without a script the browser's way back opens the form with another key; the likely places are no typing.
    other = SentForm((await client.get(NEW)).text, NEW)
    answer = await send(client, other.body(**TYPED, draft="1", shown=str(UUID(int=7))))
    assert answer.status_code == 409
    assert "exactly the same" in answer.text
    assert first.headers["location"] in PageParts(answer.text).links
    assert await titles(school) == ["Talk <1>"]
    assert (await send(client, other.body(**{**TYPED, "title": "Other"}))).status_code == 303
    # What somebody else sends is nobody's business.
    await sign_in(client, await contact_of(school))
    mine = SentForm((await client.get(NEW)).text, NEW)
    assert (await send(client, mine.body(**TYPED, draft="1"))).status_code == 303


async def test_where_the_first_is_decided_a_change_of_it_is_asked_for(school: School, client: Any) -> None:
    contact = await contact_of(school)
    form = await form_of(client, contact)
    first = (await send(client, form.body(**TYPED))).headers["location"]
    request_id = UUID(first.removeprefix("/requests/"))
    await school.database.pool.execute("UPDATE employer SET state = 'verified'")
    await school.database.transact(
        decide.approve_request, request_id, seen=None, actor=school.organiser, now=school.clock.now()
    )
    asked = await send(client, form.body(**{**TYPED, "title": "Talk 2"}))
    amend = f"{first}/amend"
    assert f'formaction="{amend}"' in asked.text
    taken = await send(client, SentForm(asked.text, NEW).body(take_over="1"), amend)
    assert taken.status_code == 200
    fields = dict(SentForm(taken.text, amend).fields)
    step = await school.database.pool.fetchval("SELECT id FROM activity WHERE request_id = $1", request_id)
    assert (fields["title"], fields["a0_id"]) == ("Talk 2", str(step))
    # Given up it can only be asked for anew.
    await school.database.pool.execute("UPDATE request SET state = 'withdrawn' WHERE id = $1", request_id)
    asked = await send(client, form.body(**{**TYPED, "title": "Talk 3"}))
    assert (asked.status_code, 'formaction="/requests' in asked.text, "second" in asked.text) == (409, False, True)


TYPING = re.compile(r'<textarea|f\.text\(|f\.area\(|class="input|<select|f\.choice\(')
# Visitors have no account whose form it could be; files and searches are no typing; the board's panel sends itself.
OTHERS = re.compile(
    r'action="/(sign-in|register|welcome|forgot-password|new-password)"|multipart|role="search"|hx-post'
)


def test_every_form_that_asks_for_text_says_for_whom_it_was_shown() -> None:
    forms = [
        (path.name, form)
        for folder in TEMPLATE_FOLDERS
        for path in folder.glob("*.html")
        for form in re.findall(r'<form\b[^>]*method="post".*?</form>', path.read_text(encoding="utf-8"), re.DOTALL)
        if TYPING.search(form) and not OTHERS.search(form.partition(">")[0])
    ]
    assert len(forms) > 20
    assert [name for name, form in forms if "f.once()" not in form] == []
