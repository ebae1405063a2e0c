"""`serve` says in one line which server it cannot reach, and keeps the password to itself."""

import pytest

from tests.commands.running import chunzhao
from tests.web_server import free_port

SECRET = "s3cret-word"


@pytest.mark.parametrize(
    ("names", "needed"),
    [
        (("DATABASE_URL",), ["DATABASE_URL"]),
        (("REDIS_URL",), ["REDIS_URL"]),
        (("DATABASE_URL", "REDIS_URL"), ["DATABASE_URL"]),  # the web alone needs no queue
    ],
)
def test_an_unreachable_server_is_named_in_one_line(names: tuple[str, ...], needed: list[str]) -> None:
    closed = free_port()
    urls = {
        "DATABASE_URL": f"postgresql://school:{SECRET}@127.0.0.1:{closed}/chunzhao",
        "REDIS_URL": f"redis://:{SECRET}@127.0.0.1:{closed}/0",
    }
    ended = chunzhao("serve", variables={name: urls[name] for name in names} | {"PORT": str(free_port())})
    assert ended.returncode == 3
    (line,) = ended.stderr.splitlines()
    assert [name for name in urls if f"{name}: the server cannot be reached" in line] == needed
    assert SECRET not in line
