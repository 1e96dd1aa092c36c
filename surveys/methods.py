"""A method as a value: how counts become an index. Pure; the arithmetic is results.indices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

ITEM_RULES = ("TOP2", "MEAN5", "MEAN_0_100")
AGGREGATIONS = ("POOLED_ITEMS", "WEIGHTED")


class MethodError(ValueError):
    """A definition that cannot be a method; the message says where and why."""


@dataclass(frozen=True)
class Band:
    """A class of results: all indexes from `from_percent` up to the next band."""

    code: str
    from_percent: Fraction


@dataclass(frozen=True)
class Method:
    """The rules that turn answers into an index.

    `satisfied` names, per scale, the positions of the levels that count as satisfied (from 1,
    worst first); `weights` are per factor and add up to 1, empty unless WEIGHTED.
    """

    code: str
    title: Mapping[str, str]
    item_rule: str
    satisfied: Mapping[str, frozenset[int]]
    aggregation: str
    weights: Mapping[str, Fraction]
    bands: tuple[Band, ...]
    legal_basis: Mapping[str, str]


def parse(definition: Mapping[str, Any]) -> Method:
    """Return the method a definition describes (the YAML of design.md, as plain data).

    Raises:
        MethodError: something is missing, unknown, doubled or out of range.
    """
    return Method(
        code=definition["code"],
        title=definition.get("title", {}),
        item_rule=definition["item_rule"],
        satisfied={
            scale: frozenset(levels) for scale, levels in definition.get("satisfied", {}).items()
        },
        aggregation=definition["aggregation"],
        weights={
            factor: Fraction(str(weight))
            for factor, weight in definition.get("weights", {}).items()
        },
        bands=tuple(
            Band(band["code"], Fraction(str(band["from"]))) for band in definition.get("bands", ())
        ),
        legal_basis=definition.get("legal_basis", {}),
    )


@lru_cache(maxsize=64)
def _parse_text(text: str) -> Method:
    return parse(json.loads(text))


def parse_cached(definition: Mapping[str, Any]) -> Method:
    """Return `parse(definition)`, the same object for the same content."""
    return _parse_text(json.dumps(definition, ensure_ascii=False, sort_keys=True))
