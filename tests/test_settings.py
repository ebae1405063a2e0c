from datetime import UTC, datetime

import pytest

from app.settings import SettingsError, load_settings

PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://db/chunzhao",
    "REDIS_URL": "redis://cache/0",
}


def test_nothing_needs_to_be_set_for_a_first_try() -> None:
    settings = load_settings({})
    assert settings.environment == "development"
    assert settings.database_url is None
    assert settings.timezone.key == "Asia/Shanghai"
    assert settings.data_folder.is_absolute()


def test_values_are_read_from_variables_in_capitals_and_empty_ones_are_unset() -> None:
    settings = load_settings({"PORT": "9000", "CLOCK_OFFSET": "-86400", "REDIS_URL": "", "OTHER": "x"})
    assert (settings.port, settings.clock_offset, settings.redis_url) == (9000, -86400, None)


def test_business_time_is_real_time_plus_the_offset() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    settings = load_settings({"CLOCK_OFFSET": "3600"})
    assert settings.business_time(now) == datetime(2026, 1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("CLOCK_OFFSET", "1.5"),
        ("ENVIRONMENT", "staging"),
        ("LOG_LEVEL", "LOUD"),
        ("SCHOOL_TIMEZONE", "Asia/Nowhere"),
        ("SCHOOL_TIMEZONE", "../etc"),
        ("DATABASE_URL", "mysql://db"),
        ("REDIS_URL", "localhost:6379"),
        ("BASE_URL", "career.example"),
        ("SMTP_URL", "mail"),
    ],
)
def test_a_wrong_value_is_one_line_that_starts_with_the_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings({name: value})
    message = str(raised.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLOCK_OFFSET", "60"),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
    ],
)
def test_production_refuses_what_only_a_demo_may_do(name: str, value: str) -> None:
    assert load_settings(PRODUCTION).clock_offset == 0
    with pytest.raises(SettingsError, match=f"^{name}: production"):
        load_settings(PRODUCTION | {name: value})
