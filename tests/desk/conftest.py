"""A desk at work, and the application that asks it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.addresses import SITE
from tests.desk_server import desk_server
from tests.school import School, app_of


@pytest.fixture
async def asking(school: School, database_url: str, redis_url: str) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The whole application, with a way to a desk where nobody works."""
    application = app_of(school, database_url, redis_url=redis_url)
    async with AsyncTestClient(application, base_url=SITE) as opened:
        yield opened


@pytest.fixture
def desk(database_url: str, redis_url: str) -> Iterator[None]:
    """A desk at work."""
    with desk_server(database_url, redis_url):
        yield
