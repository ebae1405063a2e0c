"""People who use the school over HTTP: each with an address, a session and nothing that others could not have."""

import re
from collections import Counter
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

import httpx
import msgspec

from app.demo.client import DemoFailed

_TIMEOUT_SECONDS: Final = 120.0
_OUR_FAULT: Final = 500
_SAID: Final = re.compile(r'role="alert".*?</strong>([^<]*)<', re.DOTALL)
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class SimulationFailed(DemoFailed):
    """The school answered as it never may, or never came to rest."""


class Answer(msgspec.Struct, frozen=True):
    """What came of something that a person did."""

    status: int
    body: Any

    @property
    def is_yes(self) -> bool:
        """Whether it was done."""
        return self.status < 300

    @property
    def problem(self) -> str:
        """Give the kind of a refusal."""
        return str(self.body.get("type", "")).rpartition("/")[2] if isinstance(self.body, dict) else ""


class Place:
    """Where the school is, with the refusals that its people met there."""

    def __init__(self, base_url: str, season_id: UUID) -> None:
        self.base_url, self.season_id = base_url, season_id
        self.refusals: Counter[str] = Counter()


class Person:
    """Somebody with an account, who signs in when first needed."""

    def __init__(self, place: Place, email: str, password: str) -> None:
        self.place, self.email, self._password = place, email, password
        headers = {"Accept": "application/json", "Accept-Language": "en", "Origin": place.base_url}
        self._client = httpx.AsyncClient(base_url=place.base_url, timeout=_TIMEOUT_SECONDS, headers=headers)
        self._is_signed_in = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def get(self, path: str, **query: Any) -> Any:
        """Read something that is there. Raises SimulationFailed."""
        answer = await self.ask("GET", path, **query)
        if not answer.is_yes:
            raise SimulationFailed(f"GET {path}: {answer.body}")
        return answer.body

    async def post(self, path: str, body: Any = None, *, seen: int | None = None) -> Answer:
        """Do something; `seen` is the version that is decided on."""
        return await self.ask("POST", path, body, seen=seen)

    async def must(self, method: str, path: str, body: Any = None, *, seen: int | None = None) -> Any:
        """Do something that nobody refuses; give what came of it. Raises SimulationFailed."""
        answer = await self.ask(method, path, body, seen=seen)
        if not answer.is_yes:
            raise SimulationFailed(f"{method} {path}: {answer.body}")
        return answer.body

    async def ask(self, method: str, path: str, body: Any = None, *, seen: int | None = None, **query: Any) -> Answer:
        """Do something; a refusal is an answer. Raises SimulationFailed where the school fails."""
        if not self._is_signed_in:
            self._is_signed_in = True
            await self.must("POST", "/api/session", {"email": self.email, "password": self._password})
        headers = {} if seen is None else {"If-Match": f'"{seen}"'}
        sent = await self._client.request(
            method, path, content=None if body is None else msgspec.json.encode(body), params=query,
            headers={**headers, "Content-Type": "application/json"},
        )  # fmt: skip
        return _answer(self.place, sent)


class Reader:
    """Somebody who has the link of a mail and no session."""

    def __init__(self, place: Place) -> None:
        self._place = place
        headers = {"Accept": "text/html", "Accept-Language": "en", "Origin": place.base_url}
        self._client = httpx.AsyncClient(base_url=place.base_url, timeout=_TIMEOUT_SECONDS, headers=headers)

    async def close(self) -> None:
        """End its connections."""
        await self._client.aclose()

    async def answer_offer(self, token: str, act: str) -> bool:
        """Open the page behind a link and press one of its buttons; whether it was there and was carried out."""
        page = await self._client.get(f"/offers/{token}")
        _answer(self._place, page)
        action = f'action="/offers/{token}/{act}"'
        if page.is_error or action not in page.text:
            return False
        form = page.text.partition(action)[2].partition("</form>")[0]
        pressed = await self._client.post(f"/offers/{token}/{act}", data=dict(_HIDDEN.findall(form)))
        return _answer(self._place, pressed).status < 400


def _answer(place: Place, response: httpx.Response) -> Answer:
    method, path = response.request.method, response.request.url.path
    if response.status_code >= _OUR_FAULT:
        raise SimulationFailed(f"{method} {path}: {response.status_code} {response.text[:500]}")
    is_json = "json" in response.headers.get("Content-Type", "")
    answer = Answer(response.status_code, response.json() if is_json and response.content else None)
    if response.is_error:
        said = answer.problem or " ".join(_SAID.findall(response.text)) or answer.status
        place.refusals[f"{method} {_named(path)}: {said}"] += 1
    return answer


def _named(path: str) -> str:
    """Give a path without what names one thing."""
    return re.sub(r"/[\w.\-]{30,}|/\d{4}-\d\d-\d\d", "/…", path)
