"""One school a module."""

from tests.lasting_school import client, database_url, school

__all__ = ["client", "database_url", "school"]
