"""What a browser sends of a form that nobody touched."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode


class SentForm(HTMLParser):
    """Reads the form of an action as its fields and values; buttons are not pressed."""

    def __init__(self, html: str, action: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: list[tuple[str, str]] = []
        self._action = action
        self._inside = False
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._area: tuple[str, list[str]] | None = None
        self.feed(html)
        self.close()

    def body(self, **changed: str) -> str:
        """As it is sent, with some fields filled in otherwise."""
        kept = [(name, value) for name, value in self.fields if name not in changed]
        return urlencode([*kept, *changed.items()])

    @staticmethod
    def fields_of(body: str) -> list[tuple[str, str]]:
        """The fields and values that were sent."""
        return parse_qsl(body, keep_blank_values=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fields and their values."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action") == self._action
        if not self._inside:
            return
        if tag == "input" and "name" in given and (given.get("type") != "checkbox" or "checked" in given):
            self.fields.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select, self._options = given["name"], []
        elif tag == "option":
            self._options.append((given["value"], "selected" in given))
        elif tag == "textarea":
            self._area = (given["name"], [])

    def handle_data(self, data: str) -> None:
        """The text of a textarea."""
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        """A select sends its chosen option, else its first; lines of a textarea end as on the wire."""
        if tag == "form":
            self._inside = False
        if tag == "select" and self._select is not None and self._options:
            chosen = [value for value, selected in self._options if selected]
            self.fields.append((self._select, (chosen or [self._options[0][0]])[0]))
            self._select = None
        if tag == "textarea" and self._area is not None:
            name, parts = self._area
            text = "".join(parts).removeprefix("\n").replace("\r\n", "\n")
            self.fields.append((name, text.replace("\n", "\r\n")))
            self._area = None
