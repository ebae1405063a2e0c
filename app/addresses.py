"""Mail addresses: one form of them for the API, pages, files, accounts and mails."""

from functools import lru_cache
from typing import Annotated

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from msgspec import Meta

from app.errors import N_
from app.texts import TextFault, halfwidth, line

# These are not of the public internet, but a school's own network may have them.
for _name in ("local", "test"):
    SPECIAL_USE_DOMAIN_NAMES.remove(_name)
_LONGEST = 254
_SHOWN = 60


def read_address(text: str) -> str:
    """Give an address in its one form: half width, the domain in small letters and its own script; "" stays "".

    Raises TextFault for what no mail server takes (RFC 5321, 5890, 6531): dots in the wrong place, parts that are too
    long, domains that cannot be, several addresses, names beside the address.
    """
    given = halfwidth(text)
    if not given:
        return ""
    try:
        return validate_email(given, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        sentence = N_("“{value}” is not an address that mail can be sent to.")
        raise TextFault(sentence, "wrong-address", value=given[:_SHOWN]) from None


def known_form(text: str) -> str:
    """Give the form in which an address would be known here, also of a text that is none. Raises TextFault."""
    try:
        return read_address(text).lower()
    except TextFault:
        return halfwidth(line(text)).lower()


@lru_cache(maxsize=4096)
def wire_form(address: str) -> str:
    """Give an address as mail servers are told it: the domain in ASCII (IDNA). Before the @ it stays as it is."""
    try:
        found = validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return address  # kept from before addresses were read; the server says what it thinks of it
    return f"{found.ascii_local_part or found.local_part}@{found.ascii_domain}"


Address = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=_LONGEST,
        examples=["li.min@example.com"],
        extra={"read": read_address},
    ),
]
# Of somebody who signs in: an address that nobody could have is just not known.
KnownAddress = Annotated[str, Meta(max_length=_LONGEST, extra={"read": known_form})]
OptionalAddress = Annotated[str, Meta(max_length=_LONGEST, extra={"read": read_address})]
