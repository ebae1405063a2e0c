"""The mailbox of a demo: every mail as its recipients would read it; without sign-in, so only demos have it."""

from pathlib import Path

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.errors import NotFound
from app.layout.page import Answer, AnyRequest, Page
from app.notifications.pages.kept_mail import read_message, read_messages

_SHOWN = 100


class MailboxPages(Controller):
    """Pages of the demo's mails; only demos have them."""

    include_in_schema = False

    @get("/demo/mailbox")
    async def mailbox(self, request: AnyRequest, page: NamedDependency[Page], offset: int = 0) -> Answer:
        """List the newest mails first."""
        folder = _folder(request)
        first = max(0, offset)
        messages, count = read_messages(folder, batch=_SHOWN, offset=first)
        following = first + _SHOWN if first + _SHOWN < count else None
        return page.render("mailbox.html", messages=messages, count=count, following=following)

    @get("/demo/mailbox/{key:str}")
    async def message(self, request: AnyRequest, key: FromPath[str], page: NamedDependency[Page]) -> Answer:
        """Show one mail with its invitation."""
        message = read_message(_folder(request), key)
        if message is None:
            raise NotFound
        return page.render("mailbox_message.html", message=message)


def _folder(request: AnyRequest) -> Path:
    folder: str = request.app.state.settings.demo_mailbox
    if not folder:
        raise NotFound
    return Path(folder)
