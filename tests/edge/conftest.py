"""One school a module, filled with what refuses."""

from typing import Any

import pytest

from tests.edge.world import World, build
from tests.lasting_school import client, database_url, school
from tests.school import School

__all__ = ["client", "database_url", "school", "world"]


@pytest.fixture(scope="module")
async def world(school: School, client: Any) -> World:
    """Somebody of each role, and things that refuse."""
    return await build(school)
