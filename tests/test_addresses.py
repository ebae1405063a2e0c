"""One form of a mail address at every edge, and what a mail server is told of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.addresses import known_form, read_address, wire_form
from app.settings import SettingsError, load_settings
from app.texts import TextFault

READ = {
    "li@example.com": "li@example.com",
    " Li.Min@Example.COM\u200b": "Li.Min@example.com",
    "ｌｉ＠example.com": "li@example.com",
    "li+jobs@mail.example.com": "li+jobs@mail.example.com",
    "li@mail.jcu.local": "li@mail.jcu.local",
    "li@例子.中国": "li@例子.中国",
    "li@xn--fsqu00a.xn--fiqs8s": "li@例子.中国",
    "li@例子。中国": "li@例子.中国",
    "名字@example.com": "名字@example.com",
    "a" * 64 + "@example.com": "a" * 64 + "@example.com",
    "": "",
    "\u00a0": "",
}
IMPOSSIBLE = [
    "a..b@example.com",
    ".a@example.com",
    "a.@example.com",
    "a@example.com.",
    "a..b@example.com.",
    "a@example..com",
    "a@-example.com",
    "a@example",
    "a@example.invalid",
    "a@192.168.0.1",
    "a@[192.168.0.1]",
    "a@exa_mple.com",
    "a" * 65 + "@example.com",
    "a@" + "b" * 64 + ".com",
    f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.com",
    "li@example.com;wang@example.com",
    "李敏 <li@example.com>",
    "mailto:li@example.com",
    '"li min"@example.com',
    "li min@example.com",
    "li@example.com\nBcc: x@example.com",
    "li(at)example.com",
    "li@",
    "@example.com",
    "li@\u202eexample.com",
]


@pytest.mark.parametrize("given", READ)
def test_an_address_is_read_into_its_one_form(given: str) -> None:
    assert read_address(given) == READ[given]
    assert known_form(given) == READ[given].lower()


@pytest.mark.parametrize("given", IMPOSSIBLE)
def test_an_address_that_no_server_takes_is_refused(given: str) -> None:
    with pytest.raises(TextFault) as refused:
        read_address(given)
    assert refused.value.error.code == "wrong-address"
    if "\n" not in given and "\u202e" not in given:
        assert known_form(given) == given.lower()


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
        ("名字@example.com", "名字@example.com"),
        ("名字@例子.中国", "名字@xn--fsqu00a.xn--fiqs8s"),
        ("Li@example.com", "Li@example.com"),
        ("career-centre@localhost", "career-centre@localhost"),
        ("from before@", "from before@"),
    ],
)
def test_a_server_is_told_the_domain_in_ascii(kept: str, told: str) -> None:
    assert wire_form(kept) == told


labels = st.text("abz09例子ü", min_size=1, max_size=8)


@given(st.text("abZ09+-_名", min_size=1, max_size=20), st.lists(labels, min_size=1, max_size=3))
def test_reading_twice_is_reading_once_and_the_domain_travels_in_ascii(local: str, domain: list[str]) -> None:
    address = read_address(f"{local}@{'.'.join(domain)}.com")
    assert read_address(address) == address
    name, _, host = wire_form(address).rpartition("@")
    assert (name, host.isascii()) == (address.rpartition("@")[0], True)
    assert read_address(f"{name}@{host}") == address


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused_with_words(text: str) -> None:
    try:
        address = read_address(text)
    except TextFault as fault:
        refused = fault.error
    else:
        assert "\n" not in address
        assert len(wire_form(address)) <= 254
        return
    assert refused.sentence.format(**refused.values)


@pytest.mark.parametrize("sender", ["职业中心@example.com", "career centre@example.com", "@example.com", "jobs"])
def test_the_school_writes_from_an_address_that_every_server_takes(sender: str) -> None:
    with pytest.raises(SettingsError, match="MAIL_FROM"):
        load_settings({"MAIL_FROM": sender})
    assert load_settings({"MAIL_FROM": "jobs@例子.中国"}).mail_from == "jobs@例子.中国"
