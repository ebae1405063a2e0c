from urllib.parse import unquote, urlsplit

import pytest

from app.settings import SettingsError, load_settings

PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://db/chunzhao",
    "REDIS_URL": "redis://cache/0",
    "BASE_URL": "https://career.example.edu.cn",
    "SMTP_URL": "smtp://mail.example.edu.cn",
    "MAIL_FROM": "career@example.edu.cn",
    "SECRET_KEYS": "a key of production with thirty-two characters",
}


def test_nothing_needs_to_be_set_for_a_first_try() -> None:
    settings = load_settings({})
    assert settings.environment == "development"
    assert settings.database_url is None
    assert settings.timezone.key == "Asia/Shanghai"
    assert settings.data_folder.is_absolute()


def test_values_are_read_from_variables_in_capitals_and_empty_ones_are_unset() -> None:
    settings = load_settings({"PORT": "9000", "DISK_RESERVE_MB": "64", "REDIS_URL": "", "OTHER": "x"})
    assert (settings.port, settings.disk_reserve_mb, settings.redis_url) == (9000, 64, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("DISK_RESERVE_MB", "1.5"),
        ("ENVIRONMENT", "staging"),
        ("LOG_LEVEL", "LOUD"),
        ("SCHOOL_TIMEZONE", "Asia/Nowhere"),
        ("SCHOOL_TIMEZONE", "../etc"),
        ("DATABASE_URL", "mysql://db"),
        ("REDIS_URL", "localhost:6379"),
        ("BASE_URL", "career.example"),
        ("SMTP_URL", "mail"),
        ("SMTP_URL", "smtp://school:a#b@mail:25"),
        ("DATABASE_URL", "postgresql://chunzhao:a/b@db:5432/chunzhao"),
        ("TRUSTED_PROXIES", "proxy"),
        ("TRUSTED_PROXIES", "10.0.0.1, *"),
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
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("BASE_URL", ""),
        ("SMTP_URL", ""),
        ("MAIL_FROM", ""),
        ("SECRET_KEYS", ""),
    ],
)
def test_production_refuses_what_only_a_demo_may_do(name: str, value: str) -> None:
    assert load_settings(PRODUCTION).environment == "production"
    with pytest.raises(SettingsError, match=f"^{name}: production"):
        load_settings(PRODUCTION | {name: value})


def test_a_short_key_signs_nothing() -> None:
    with pytest.raises(SettingsError, match=r"^SECRET_KEYS: each needs 32"):
        load_settings({"SECRET_KEYS": "the newest key of these, short"})


def test_a_password_of_its_own_needs_no_percent_signs() -> None:
    given = {
        "DATABASE_URL": "postgresql://chunzhao@db:5432/chunzhao?sslmode=require",
        "DATABASE_PASSWORD": "a@b:c/d#é %",
    }
    settings = load_settings(given)
    assert settings.database_url is not None
    parts = urlsplit(settings.database_url)
    assert (parts.username, parts.hostname, parts.port, parts.path) == ("chunzhao", "db", 5432, "/chunzhao")
    assert (unquote(parts.password or ""), parts.query) == (given["DATABASE_PASSWORD"], "sslmode=require")
    assert settings.database_password == ""


def test_two_passwords_for_one_database_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_PASSWORD: "):
        load_settings({"DATABASE_URL": "postgresql://chunzhao:one@db/chunzhao", "DATABASE_PASSWORD": "two"})


@pytest.mark.parametrize(("base_url", "is_https"), [("https://career.example", True), ("http://localhost:8000", False)])
def test_the_address_of_the_school_says_whether_cookies_are_for_https_only(base_url: str, is_https: bool) -> None:
    assert load_settings({"BASE_URL": base_url}).is_https is is_https
