"""`chunzhao bench`: measures the engine on generated or given seasons, and the service beside its floor."""

from app.commands.bench import engine, service
from app.commands.bench.group import command

__all__ = ["command", "engine", "service"]
