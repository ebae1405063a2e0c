"""Passwords are hashed by argon2, tokens are random; whoever reads what is stored can sign in with neither."""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import N_, Invalid

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's second choice for argon2id
# Of 0 to 4: safely unguessable, moderate protection from offline slow-hash scenario.
_STRONG_ENOUGH = 3
_ESTIMATED = 72
_NOBODY = _hasher.hash(secrets.token_urlsafe())


async def hash_password(password: str) -> str:
    """Give the argon2id hash, computed outside the event loop."""
    return await asyncio.to_thread(_hasher.hash, password)


async def check_strength(password: str, *, about: Iterable[str]) -> None:
    """Refuse a password that is easy to guess, also from what is known `about` its owner. Raises Invalid."""
    words = [word for text in about for word in (text, *re.split(r"[\W_]+", text)) if len(word) > 2]
    # What comes later cannot make it weaker, and the estimate takes long for long texts.
    if await asyncio.to_thread(_score, password[:_ESTIMATED], words) < _STRONG_ENOUGH:
        raise Invalid.at(
            "password",
            N_("This password is easy to guess. Take some more words that do not belong together."),
            "weak-password",
        )


def _score(password: str, words: list[str]) -> int:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists take 12 MB, and few processes see a new password

    score: int = zxcvbn(password, user_inputs=words)["score"]
    return score


async def password_matches(password: str, password_hash: str | None) -> bool:
    """Whether a password is right; an unknown address takes as long as a known one."""

    def verify() -> bool:
        try:
            _hasher.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    return await asyncio.to_thread(verify)


def new_token() -> str:
    """Give 256 random bits as text for URLs and cookies."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Give what is stored of a token."""
    return hashlib.sha256(token.encode()).digest()
