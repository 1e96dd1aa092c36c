"""A method as a value: how counts become an index. Pure; arithmetic: results.arithmetic.indices."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from surveys.questionnaires.codebook import Edition
from surveys.questionnaires.definitions import SLUG, DefinitionError, Node, shown

ITEM_RULES = ("TOP2", "MEAN5", "MEAN_0_100")
AGGREGATIONS = ("POOLED_ITEMS", "WEIGHTED")
UNIT_WEIGHTS = ("NONE", "DESIGN")
LARGEST_DENOMINATOR = 5040
"""Sums of squared points of 10^9 sheets stay within 64 bits up to here; 9 levels of 1 point
apart, mixed with all shorter scales, need 840."""

NUMBER = re.compile(r"\d{1,9}(\.\d{1,17})?|\d{1,9}/[1-9]\d{0,8}")
METHOD_KEYS = (
    *("code", "title", "item_rule", "satisfied", "aggregation", "weights", "bands"),
    *("legal_basis", "target", "par_index_maximum", "unit_weights"),
)


class MethodError(DefinitionError):
    """A definition that cannot be a method; the message says where and why."""


@dataclass(frozen=True)
class Band:
    """A class of results: all indexes from `from_percent` up to the next band."""

    code: str
    from_percent: Fraction
    title: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """The rules that turn answers into an index.

    `satisfied` names, per scale, the positions of the levels that count as satisfied (from 1,
    worst first); `weights` are per factor and add up to 1, empty unless WEIGHTED; `bands` go
    from the best down.
    """

    code: str
    title: Mapping[str, str]
    item_rule: str
    satisfied: Mapping[str, frozenset[int]]
    aggregation: str
    weights: Mapping[str, Fraction]
    bands: tuple[Band, ...]
    legal_basis: Mapping[str, str]
    # The index that plans ask for, and the points PAR INDEX gives for satisfaction; None: not said.
    target: Fraction | None = None
    par_index_maximum: Fraction | None = None
    # DESIGN: units above planned ones are their sum weighted by people (a sample survey); NONE:
    # the sum of all sheets.
    unit_weights: str = "NONE"

    @property
    def weighs_units(self) -> bool:
        return self.unit_weights == "DESIGN"

    @property
    def rules(self) -> tuple[object, ...]:
        """What two campaigns must share for their figures to compare."""
        return self.item_rule, self.satisfied, self.aggregation, self.weights, self.unit_weights

    def band_of(self, percent: Fraction) -> Band | None:
        """Return the band of an index, unrounded; None below the lowest band."""
        return next((band for band in self.bands if percent >= band.from_percent), None)


def parse(definition: object) -> Method:
    """Return the method a definition describes (the YAML of design.md, as plain data).

    Raises:
        MethodError: something is missing, unknown, doubled or out of range.
    """
    node = Node(definition, "", METHOD_KEYS, MethodError)
    item_rule = node.word("item_rule", ITEM_RULES)
    aggregation = node.word("aggregation", AGGREGATIONS)
    satisfied = {scale: _levels(node, scale) for scale in node.mapping("satisfied")}
    if item_rule == "TOP2" and not satisfied:
        raise node.fail("satisfied", "TOP2 needs the satisfied levels of a scale")
    return Method(
        code=node.code("code", SLUG, 50),
        title=node.texts("title") if node.has("title") else {},
        item_rule=item_rule,
        satisfied=satisfied,
        aggregation=aggregation,
        weights=_weights(node, aggregation),
        bands=_bands(node) if node.has("bands") else (),
        legal_basis=node.texts("legal_basis") if node.has("legal_basis") else {},
        target=_percent(node, "target") if node.has("target") else None,
        par_index_maximum=_percent(node, "par_index_maximum")
        if node.has("par_index_maximum")
        else None,
        unit_weights=node.word("unit_weights", UNIT_WEIGHTS)
        if node.has("unit_weights")
        else "NONE",
    )


def _percent(node: Node, key: str) -> Fraction:
    value = _exact(node, key, node.value(key))
    if not 0 < value <= 100:
        raise node.fail(key, f"a number above 0, at most 100, is needed, not {value}")
    return value


def _levels(node: Node, scale: str) -> frozenset[int]:
    place = f"satisfied.{scale}"
    levels = node.mapping("satisfied")[scale]
    if not isinstance(levels, list | tuple) or not levels:
        raise node.fail(place, f"a list of levels is needed, not {shown(levels)}")
    for index, level in enumerate(levels):
        if isinstance(level, bool) or not isinstance(level, int) or not 1 <= level <= 9:
            raise node.fail(
                f"{place}[{index}]", f"a level from 1 to 9 is needed, not {shown(level)}"
            )
    if len(set(levels)) != len(levels):
        raise node.fail(place, "a level stands there twice")
    return frozenset(levels)


def _weights(node: Node, aggregation: str) -> Mapping[str, Fraction]:
    weights = {
        factor: _exact(node, f"weights.{factor}", weight)
        for factor, weight in node.mapping("weights").items()
    }
    if aggregation != "WEIGHTED":
        if weights:
            raise node.fail("weights", f"{aggregation} has no weights")
        return {}
    if not weights:
        raise node.fail("weights", "WEIGHTED needs a weight per factor")
    for factor, weight in weights.items():
        if weight <= 0:
            raise node.fail(f"weights.{factor}", "a weight above 0 is needed")
    if (total := sum(weights.values())) != 1:
        raise node.fail("weights", f"the weights add up to {total}, not to 1")
    return weights


def _exact(node: Node, place: str, value: object) -> Fraction:
    """Return a number as written: 0.2 is one fifth, and so is the text "1/5"."""
    written = "" if isinstance(value, bool) else str(value)
    if not isinstance(value, int | float | str) or not NUMBER.fullmatch(written):
        raise node.fail(place, f"a number is needed, not {shown(value)}")
    return Fraction(written)


def _bands(node: Node) -> tuple[Band, ...]:
    bands: list[Band] = []
    for child in node.children("bands", ("code", "from", "title")):
        code = child.value("code")
        if not isinstance(code, str) or not 1 <= len(code) <= 30:
            raise child.fail("code", f"1 to 30 characters are needed, not {shown(code)}")
        start = _exact(child, "from", child.value("from"))
        if not 0 <= start <= 100:
            raise child.fail("from", f"a percent from 0 to 100 is needed, not {start}")
        if bands and start >= bands[-1].from_percent:
            raise child.fail("from", "bands go from the best down")
        if code in {band.code for band in bands}:
            raise child.fail("code", f'the band "{code}" stands there twice')
        bands.append(Band(code, start, child.texts("title") if child.has("title") else {}))
    return tuple(bands)


def check_fits(method: Method, edition: Edition) -> None:
    """Refuse a method that cannot count the answers of an edition.

    Raises:
        MethodError: the edition has no factor; a scale the method names is not in the edition,
            or a scale of a criterion has no satisfied level for TOP2; a satisfied level is none
            of its scale; the weights are not those of the factors; the scales of the criteria
            share no denominator, or no zero for MEAN5.
    """
    if not edition.factors:
        raise MethodError("", f"{edition.reference} has no factor, so there is no index")
    _check_scales(method, edition)
    if method.aggregation == "WEIGHTED":
        factors = {section.code for section in edition.factors}
        for factor in method.weights:
            if factor not in factors:
                raise MethodError(
                    f"weights.{factor}", f"{edition.reference} has no factor of this code"
                )
        if missing := sorted(factors - set(method.weights)):
            raise MethodError("weights", f"no weight for {', '.join(missing)}")
    if edition.common_denominator > LARGEST_DENOMINATOR:
        raise MethodError(
            "item_rule",
            f"the scales of {edition.reference} share no denominator up to {LARGEST_DENOMINATOR}"
            f" (the smallest is {edition.common_denominator}), so their points cannot be added",
        )
    if method.item_rule == "MEAN5" and len(_floors(edition)) > 1:
        raise MethodError(
            "item_rule",
            f"MEAN5 divides by the points of the best level, but the scales of"
            f" {edition.reference} begin at different shares of it; MEAN_0_100 fits",
        )


def _check_scales(method: Method, edition: Edition) -> None:
    for scale, levels in method.satisfied.items():
        place = f"satisfied.{scale}"
        if scale not in edition.scales:
            raise MethodError(place, f"{edition.reference} has no scale of this name")
        size = len(edition.scales[scale])
        if max(levels) > size:
            raise MethodError(place, f"level {max(levels)}, but the scale has {size} levels")
        if len(levels) == size:
            raise MethodError(place, "all levels count as satisfied, so nothing is measured")
    for question in edition.criteria:
        if method.item_rule == "TOP2" and question.scale not in method.satisfied:
            raise MethodError(
                f"satisfied.{question.scale}",
                f"is missing; {edition.reference} rates {question.code} on it",
            )


def _floors(edition: Edition) -> set[Fraction]:
    return {Fraction(q.options[0].worth, q.options[-1].worth) for q in edition.criteria}


@lru_cache(maxsize=64)
def _parse_text(text: str) -> Method:
    return parse(json.loads(text))


def parse_cached(definition: Mapping[str, object]) -> Method:
    """Return `parse(definition)`, the same object for the same content."""
    return _parse_text(json.dumps(definition, ensure_ascii=False, sort_keys=True))
