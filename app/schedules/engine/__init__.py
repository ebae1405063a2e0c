"""The engine in a process of its own, which ends when nothing is asked any more: its memory is there while it works."""

from app.schedules.engine.process import EngineFailed, EngineProcess

__all__ = ["ENGINE", "EngineFailed"]

ENGINE = EngineProcess()
