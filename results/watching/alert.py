"""One thing in a campaign that needs somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format

MOST_NAMED = 3


@dataclass(frozen=True)
class Alert:
    """One thing to do something about: a title, what to do, and where."""

    icon: str
    is_serious: bool
    title: str
    said: str
    address: str
    link: str


def some(names: Sequence[str], *, of: int) -> str:
    """Return the first few names, with dots where there are more."""
    return ", ".join(names[:MOST_NAMED]) + (" …" if of > MOST_NAMED else "")


def grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
