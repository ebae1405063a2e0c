"""Links that say by themselves what they are for: signed, with an end, and without an account.

A link names a purpose and a subject, never a person. It is revoked by its subject: whoever opens one looks whether the
subject still takes an answer. Keys rotate: the newest signs, all of them are believed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from app.errors import N_, NotFound

LinkPurpose = Literal["offer", "unsubscribe", "invitation", "feed", "verification", "exhibitor"]


class LinkNotValid(NotFound):
    """A link that was not signed here, or for something else."""

    type = "link-not-valid"
    sentence = N_("This link is not complete or not one of ours. Open it from the message again, or sign in.")


class LinkExpired(NotFound):
    """The time of a link is over."""

    type = "link-expired"
    sentence = N_("The time of this link is over. Sign in to see how things stand.")


def sign_link(keys: Sequence[str], purpose: LinkPurpose, subject: UUID, *, expires_at: datetime) -> str:
    """Give the token of a link; `keys` are the newest first."""
    return str(_serializer(keys, purpose).dumps([subject.hex, int(expires_at.timestamp())]))


def read_link(keys: Sequence[str], purpose: LinkPurpose, token: str, *, now: datetime) -> UUID:
    """Give the subject of a token. Raises LinkNotValid, LinkExpired."""
    try:
        subject, expires = _serializer(keys, purpose).loads(token)
        found, expires_at = UUID(subject), datetime.fromtimestamp(expires, UTC)
    except (BadSignature, ValueError, TypeError, OverflowError) as error:
        raise LinkNotValid from error
    if expires_at <= now:
        raise LinkExpired
    return found


def _serializer(keys: Sequence[str], purpose: LinkPurpose) -> URLSafeSerializer:
    # The library signs with the last key.
    return URLSafeSerializer(list(reversed(keys)), salt=f"chunzhao.{purpose}")
