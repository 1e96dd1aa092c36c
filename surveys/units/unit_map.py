"""The map as the files of units tell it: units of both eras, their versions, their succession."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from surveys.models import Succession, Tier

# Nothing is known before 2025-06-30; campaigns of 2024 read that day's map (data/units).
OLD_ERA_BEGAN = date(2024, 1, 1)
REFORM = date(2025, 7, 1)
NATION = "vn"


class UnitFileError(ValueError):
    """Files of units that cannot be loaded; the message names file, line and reason."""


class UnitKey(NamedTuple):
    """A unit as the files name it: unique together with the day it began."""

    tier: Tier
    code: str
    since: date


@dataclass(frozen=True)
class Version:
    """A name, type and parent from a day on."""

    since: date
    type: str
    name: str
    full_name: str
    parent: UnitKey | None
    law: str = ""


@dataclass
class UnitRow:
    """A unit with its versions in order; `until` is the first day it no longer exists."""

    key: UnitKey
    until: date | None
    opened_by: str = ""
    versions: list[Version] = field(default_factory=list)


class Place(NamedTuple):
    """A line of a file, for messages about it."""

    file: str
    line: int

    def fault(self, reason: str) -> UnitFileError:
        where = _("%(file)s, line %(line)d") % {"file": self.file, "line": self.line}
        return UnitFileError(f"{where}: {reason}")


class Link(NamedTuple):
    """What became of (a part of) an old unit on the day of the reform."""

    old: UnitKey
    new: UnitKey
    kind: Succession.Kind
    place: Place


@dataclass
class UnitMap:
    """All units by key, parents before children, and the links in the order of their file."""

    units: dict[UnitKey, UnitRow] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    # The line each unit was read from; the nation stands in no file.
    places: dict[UnitKey, Place] = field(default_factory=dict)

    def count(self, tier: Tier, since: date) -> int:
        """Return how many units of a tier began on a day."""
        return sum(key.tier == tier and key.since == since for key in self.units)

    @property
    def rows(self) -> int:
        """How many units, versions and links there are together."""
        return sum(1 + len(row.versions) for row in self.units.values()) + len(self.links)
