"""A page as a browser's parser sees it: elements that came from text, attributes that act, links and forms."""

import re
from html.parser import HTMLParser

_NEVER = frozenset({"img", "iframe", "object", "embed", "base", "frame", "applet"})
_ATTRIBUTE = re.compile(r"[a-zA-Z][\w:.-]*")
_ADDRESSES = ("href", "src", "action", "formaction")
_SAFE_ADDRESS = re.compile(r"(/(?!/)|\?|#|https?://|mailto:|tel:)")


class Form:
    """A form that can be sent."""

    def __init__(self, action: str, method: str) -> None:
        self.action = action
        self.method = method
        self.fields: dict[str, str] = {}


class PageParts(HTMLParser):
    """Reads a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge an element."""
        values = {name: value or "" for name, value in attrs}
        if tag in _NEVER or (tag == "script" and not _is_our_script(values)):
            self.faults.append(f"<{tag} {values}>")
        for name, value in values.items():
            if name.startswith("on") or not _ATTRIBUTE.fullmatch(name):
                self.faults.append(f"<{tag}> has the attribute {name!r}")
            if name in _ADDRESSES and value and not _SAFE_ADDRESS.match(value):
                self.faults.append(f"<{tag}> leads to {value!r}")
        self._collect(tag, values)

    def handle_data(self, data: str) -> None:
        """Text that people read."""
        self.texts.append(data)

    def _collect(self, tag: str, values: dict[str, str]) -> None:
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get")))
        if tag in ("input", "textarea", "select", "button") and values.get("name") and self.forms:
            self.forms[-1].fields[values["name"]] = values.get("value", "") if values.get("type") == "hidden" else ""

    @property
    def text(self) -> str:
        """Everything that people read."""
        return "".join(self.texts)


def _is_our_script(values: dict[str, str]) -> bool:
    return values.get("type") == "application/json" or values.get("src", "").startswith("/static/")
