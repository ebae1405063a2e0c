"""Access to PostgreSQL: one pool, named queries, constraint names turned into domain errors."""

from app.database.connection import Connection, Database, open_database
from app.database.queries import load_queries

__all__ = ["Connection", "Database", "load_queries", "open_database"]
