"""What people may enter of rooms and channels."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from app.facts.domain import Accepted
from app.kinds import Kind
from app.texts import Command, halfwidth
from app.venues.domain import Booths, Code, MaxMinutes, Minutes, Name, OpeningHours, Seats, WebAddress

FeatureCode = Annotated[str, Meta(min_length=1, max_length=40, extra={"read": halfwidth})]
Features = Annotated[list[FeatureCode], Meta(max_length=40)]
Hours = Annotated[list[OpeningHours], Meta(max_length=42)]
Turnovers = dict[Kind, Minutes]


class AddRoom(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a room."""

    code: Code
    campus_id: UUID
    name_zh: Name
    name_en: Name
    capacity: Seats
    booths: Booths = 0
    features: Features = []
    department_id: UUID | None = None
    turnover_minutes: Minutes = 30
    max_minutes: MaxMinutes | None = None
    needs_approval: bool = False
    turnover_by_kind: Turnovers = {}
    opening_hours: Hours = []


class ChangeRoom(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change some of a room."""

    code: Code | UnsetType = UNSET
    campus_id: UUID | UnsetType = UNSET
    name_zh: Name | UnsetType = UNSET
    name_en: Name | UnsetType = UNSET
    capacity: Seats | UnsetType = UNSET
    booths: Booths | UnsetType = UNSET
    features: Features | UnsetType = UNSET
    department_id: UUID | UnsetType | None = UNSET
    turnover_minutes: Minutes | UnsetType = UNSET
    max_minutes: MaxMinutes | UnsetType | None = UNSET
    needs_approval: bool | UnsetType = UNSET
    turnover_by_kind: Turnovers | UnsetType = UNSET
    opening_hours: Hours | UnsetType = UNSET
    accept_broken: Accepted = ()


class AddChannel(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a livestream channel."""

    code: Code
    name_zh: Name
    name_en: Name
    platform: Annotated[str, Meta(max_length=60)] = ""
    url: WebAddress = ""
    features: Features = []
    turnover_minutes: Minutes = 30
    turnover_by_kind: Turnovers = {}
    opening_hours: Hours = []


class ChangeChannel(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change some of a channel."""

    code: Code | UnsetType = UNSET
    name_zh: Name | UnsetType = UNSET
    name_en: Name | UnsetType = UNSET
    platform: Annotated[str, Meta(max_length=60)] | UnsetType = UNSET
    url: WebAddress | UnsetType = UNSET
    features: Features | UnsetType = UNSET
    turnover_minutes: Minutes | UnsetType = UNSET
    turnover_by_kind: Turnovers | UnsetType = UNSET
    opening_hours: Hours | UnsetType = UNSET
    accept_broken: Accepted = ()
