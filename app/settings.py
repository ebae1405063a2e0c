"""The settings, read once from the environment and checked; a wrong one is told in one line."""

import contextlib
import ipaddress
import os
import secrets
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from app.addresses import wire_form
from app.exit_codes import BadInput

_SHORTEST_KEY = 32
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class SettingsError(BadInput):
    """A setting is wrong; the message starts with the variable's name."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename=lambda name: name.upper()):
    """The settings; each field is the environment variable of the same name in capitals.

    Without DATABASE_URL or REDIS_URL the embedded servers are used. DATABASE_PASSWORD is for the DATABASE_URL that
    holds none, and needs no percent signs. TRUSTED_PROXIES are the addresses or networks, with commas between, whose
    X-Forwarded-For and X-Forwarded-Proto are believed. SECRET_KEYS sign the links in mails, with commas between: the
    newest comes first, and older ones are believed as long as they stand there.
    Messages to channels (WeCom robots, webhooks) go to private addresses only where CHANNELS_MAY_BE_PRIVATE is true.
    From DIGEST_HOUR on, in the school's time zone, the digests of the day are sent.
    DOCUMENT_FONTS is a folder with fonts for characters that the documents' own font has not.
    Where `serve` runs PostgreSQL itself, it reads only while less than DISK_RESERVE_MB are free.
    """

    environment: Literal["production", "development", "test", "demo"] = "development"
    database_url: str | None = None
    database_password: str = ""
    redis_url: str | None = None
    base_url: str = "http://localhost:8000"
    trusted_proxies: str = "127.0.0.1"
    secret_keys: str = ""
    smtp_url: str = "smtp://localhost:1025"
    mail_from: str = "career-centre@localhost"
    data_dir: str = "./var"
    school_timezone: str = "Asia/Shanghai"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    host: str = "127.0.0.1"
    port: Port = 8000
    demo_mailbox: str = ""
    disk_reserve_mb: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 256
    channels_may_be_private: bool = False
    document_fonts: str = ""
    digest_hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 8
    database_pool_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10

    @property
    def data_folder(self) -> Path:
        """Give the absolute path of the folder where embedded servers keep their files."""
        return Path(self.data_dir).expanduser().resolve()

    @property
    def signing_keys(self) -> list[str]:
        """Give the keys that sign links, the newest first; outside production a file keeps one where none is set."""
        given = [key.strip() for key in self.secret_keys.split(",") if key.strip()]
        return given or [kept_key(self.data_folder)]

    @property
    def is_https(self) -> bool:
        """Whether people reach the school by https: cookies are then sent over nothing else."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def timezone(self) -> ZoneInfo:
        """Give the school's time zone."""
        return ZoneInfo(self.school_timezone)


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the given mapping, by default from the process environment.

    Raises
    ------
    SettingsError
        When a value is wrong, is missing in production, or contradicts another.
    """
    source = os.environ if environment is None else environment
    names = [field.encode_name for field in msgspec.structs.fields(Settings)]
    given = {name: source[name] for name in names if source.get(name, "") != ""}
    settings = _convert(given)
    _check_urls(settings)
    _check_proxies(settings)
    _check_time_zone(settings)
    _check_sender(settings)
    _check_keys(settings)
    if settings.document_fonts and not Path(settings.document_fonts).is_dir():
        raise SettingsError("DOCUMENT_FONTS: is no folder that can be read")
    if settings.environment == "production":
        _check_production(settings, given)
    return _with_password(settings)


def _convert(given: dict[str, str]) -> Settings:
    # One variable at a time, so that the message can name it without quoting a secret value.
    for name, value in given.items():
        try:
            msgspec.convert({name: value}, Settings, strict=False)
        except msgspec.ValidationError as error:
            reason = str(error).split(" - at ")[0]
            raise SettingsError(f"{name}: {reason}") from None
    return msgspec.convert(given, Settings, strict=False)


def _check_urls(settings: Settings) -> None:
    for name, value, schemes in (
        ("DATABASE_URL", settings.database_url, ("postgresql", "postgres")),
        ("REDIS_URL", settings.redis_url, ("redis", "rediss", "unix")),
        ("BASE_URL", settings.base_url, ("http", "https")),
        ("SMTP_URL", settings.smtp_url, ("smtp", "smtps", "smtp+starttls")),
    ):
        if value is None:
            continue
        if urlsplit(value).scheme not in schemes:
            raise SettingsError(f"{name}: must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        try:
            _ = urlsplit(value).port
        except ValueError:
            hint = "; write @ : / # in a password as %40 %3A %2F %23" if name != "BASE_URL" else ""
            raise SettingsError(f"{name}: is no address{hint}") from None


def _check_proxies(settings: Settings) -> None:
    for proxy in settings.trusted_proxies.split(","):
        try:
            ipaddress.ip_network(proxy.strip())
        except ValueError:
            raise SettingsError(
                "TRUSTED_PROXIES: addresses or networks with commas between, for example 10.0.0.0/8"
            ) from None


def _check_time_zone(settings: Settings) -> None:
    try:
        ZoneInfo(settings.school_timezone)
    except (KeyError, ValueError, OSError):
        raise SettingsError(f"SCHOOL_TIMEZONE: {settings.school_timezone!r} is not a known time zone") from None


def _check_sender(settings: Settings) -> None:
    name, _, domain = wire_form(settings.mail_from).rpartition("@")
    if not name or not domain or not f"{name}{domain}".isascii() or " " in f"{name}{domain}":
        raise SettingsError("MAIL_FROM: is no address that every mail server takes, for example jobs@example.edu.cn")


def _check_keys(settings: Settings) -> None:
    if any(len(key.strip()) < _SHORTEST_KEY for key in settings.secret_keys.split(",") if key.strip()):
        raise SettingsError(f"SECRET_KEYS: each needs {_SHORTEST_KEY} characters or more, with commas between them")


@cache
def kept_key(folder: Path) -> str:
    """Give the key that a folder keeps; the first one who asks makes it."""
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_SHORTEST_KEY))
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)  # whole, or not at all
    return path.read_text(encoding="ascii")


def _with_password(settings: Settings) -> Settings:
    if not settings.database_password or settings.database_url is None:
        return settings
    parts = urlsplit(settings.database_url)
    if parts.password is not None:
        raise SettingsError("DATABASE_PASSWORD: DATABASE_URL holds a password already; remove one of them")
    user, _, host = parts.netloc.rpartition("@")
    place = f"{user or 'postgres'}:{quote(settings.database_password, safe='')}@{host}"
    return msgspec.structs.replace(settings, database_url=parts._replace(netloc=place).geturl(), database_password="")


def _check_production(settings: Settings, given: Mapping[str, str]) -> None:
    for name, value in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url)):
        if value is None:
            raise SettingsError(f"{name}: production does not start embedded servers; set it")
    for name, what in (
        ("BASE_URL", "the address under which people reach the school"),
        ("SMTP_URL", "the server that takes the school's mail"),
        ("MAIL_FROM", "the address that mails come from"),
        ("SECRET_KEYS", "what signs the links in mails: 32 random characters or more"),
    ):
        if name not in given:
            raise SettingsError(f"{name}: production needs {what}; set it")
