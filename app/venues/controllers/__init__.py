"""Venues over HTTP."""

from app.venues.controllers.catalogue import (
    CampusController,
    CodeTableController,
    DepartmentController,
    MajorController,
)
from app.venues.controllers.closures import ClosureController
from app.venues.controllers.venues import ChannelController, RoomController

__all__ = [
    "CampusController",
    "ChannelController",
    "ClosureController",
    "CodeTableController",
    "DepartmentController",
    "MajorController",
    "RoomController",
]
