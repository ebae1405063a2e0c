"""The settings, read once from the environment and checked; a wrong one is told in one line."""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from app.exit_codes import BadInput

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class SettingsError(BadInput):
    """A setting is wrong; the message starts with the variable's name."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename=lambda name: name.upper()):
    """The settings; each field is the environment variable of the same name in capitals.

    Without DATABASE_URL or REDIS_URL the embedded servers are used. CLOCK_OFFSET is in seconds and moves
    business time only.
    """

    environment: Literal["production", "development", "test", "demo"] = "development"
    database_url: str | None = None
    redis_url: str | None = None
    base_url: str = "http://localhost:8000"
    smtp_url: str = "smtp://localhost:1025"
    mail_from: str = "career-centre@localhost"
    clock_offset: int = 0
    data_dir: str = "./var"
    school_timezone: str = "Asia/Shanghai"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    host: str = "127.0.0.1"
    port: Port = 8000
    demo_mailbox: str = ""
    database_pool_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10

    @property
    def data_folder(self) -> Path:
        """Give the absolute path of the folder where embedded servers keep their files."""
        return Path(self.data_dir).expanduser().resolve()

    @property
    def timezone(self) -> ZoneInfo:
        """Give the school's time zone."""
        return ZoneInfo(self.school_timezone)

    def business_time(self, real_time: datetime) -> datetime:
        """Shift a real time to business time."""
        return real_time + timedelta(seconds=self.clock_offset)


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
    _check_time_zone(settings)
    if settings.environment == "production":
        _check_production(settings)
    return settings


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
        if value is not None and urlsplit(value).scheme not in schemes:
            raise SettingsError(f"{name}: must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")


def _check_time_zone(settings: Settings) -> None:
    try:
        ZoneInfo(settings.school_timezone)
    except (KeyError, ValueError, OSError):
        raise SettingsError(f"SCHOOL_TIMEZONE: {settings.school_timezone!r} is not a known time zone") from None


def _check_production(settings: Settings) -> None:
    if settings.clock_offset != 0:
        raise SettingsError("CLOCK_OFFSET: production runs on real time; remove it")
    for name, value in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url)):
        if value is None:
            raise SettingsError(f"{name}: production does not start embedded servers; set it")
