"""The template engine: where features keep their templates, and the words that all templates may use."""

import re
from pathlib import Path
from typing import Any, Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from litestar.plugins.jinja import JinjaTemplateEngine

from app.amendments.domain import HELPS as AMENDMENT_HELPS
from app.cases.words import RULE_WORDS
from app.desk.pages.likely_view import NO_WAY_WORDS
from app.employers.domain import STATE_NAMES as EMPLOYER_STATES
from app.employers.wording import FINDINGS as EMPLOYER_FINDINGS
from app.kinds import KINDS, MODE_NAMES
from app.layout.static_files import static_path
from app.notifications.purposes import PURPOSE_NAMES
from app.notifications.wording import changed_part, changed_value
from app.offers.domain import STATE_NAMES as OFFER_STATES
from app.outbox.wording import happened
from app.participations.domain import STATE_NAMES as PARTICIPANT_STATES
from app.requests.states import STATE_NAMES
from app.requests.wording import FINDINGS as WORDING_FINDINGS
from app.safety.domain import CHECKLIST
from app.schedules.reasons import BROKEN_RULES, DAY_PARTS

_APP = Path(__file__).resolve().parents[1]
# Names of templates are unique: a test asserts it.
TEMPLATE_FOLDERS: Final = (_APP / "layout" / "templates", *sorted(_APP.glob("**/pages/templates")))
_WORDS: Final[dict[str, Any]] = {
    "BROKEN_RULES": BROKEN_RULES,
    "DAY_PARTS": DAY_PARTS,
    "EMPLOYER_STATES": EMPLOYER_STATES,
    "AMENDMENT_HELPS": AMENDMENT_HELPS,
    "OFFER_STATES": OFFER_STATES,
    "FINDINGS": {**EMPLOYER_FINDINGS, **WORDING_FINDINGS},
    "KINDS": KINDS,
    "MODE_NAMES": MODE_NAMES,
    "NO_WAY_WORDS": NO_WAY_WORDS,
    "PARTICIPANT_STATES": PARTICIPANT_STATES,
    "PURPOSE_NAMES": PURPOSE_NAMES,
    "RULE_WORDS": RULE_WORDS,
    "SAFETY_CHECKLIST": CHECKLIST,
    "STATE_NAMES": STATE_NAMES,
}
_SENTENCES: Final[dict[str, Any]] = {
    "changed_part": changed_part,
    "changed_value": changed_value,
    "happened": happened,
    "static_path": static_path,
}
_INDENTATION: Final = re.compile(r"\n[ \t]+")


class Unindented(Extension):
    """Leaves the indentation of templates out of the pages: it would be a third of a long list."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Shorten the indentation of each line to one space, which parts two words where a statement ends the line."""
        return _INDENTATION.sub("\n ", source)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def template_engine() -> JinjaTemplateEngine:
    """Give the engine; it escapes everything, and a name that no handler gave is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDERS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[Unindented],
    )
    environment.globals.update(_WORDS, **_SENTENCES)
    # What a drawing needs is many thousand values: the standard library's writer takes ten times as long.
    environment.policies.update({"json.dumps_function": _json, "json.dumps_kwargs": {}})
    return JinjaTemplateEngine.from_environment(environment)
