from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

import surveys
from surveys.questionnaires import editions, methods
from surveys.questionnaires.methods import MethodError, check_fits
from tests.make import EDITION, METHOD
from tests.surveys.definitions import ABSENT, changed

DATA = Path(surveys.__file__).parent / "data"
WEIGHTED: Mapping[str, Any] = {
    **METHOD,
    "aggregation": "WEIGHTED",
    "weights": {"tiep_can": 0.7, "cong_chuc": 0.3},
}
BANDS = [{"code": "A", "from": 90}, {"code": "B", "from": 80}]

FAULTS: list[tuple[Mapping[str, Any], str, object, str]] = [
    (METHOD, "item_rule", "TOP3", "item_rule: one of TOP2, MEAN5, MEAN_0_100 is needed"),
    (METHOD, "aggregation", "MEAN", "aggregation: one of POOLED_ITEMS, WEIGHTED is needed"),
    (METHOD, "code", ABSENT, "code: is missing"),
    (METHOD, "titel", {}, "titel: there is no such key"),
    (METHOD, "satisfied", ABSENT, "satisfied: TOP2 needs the satisfied levels"),
    (METHOD, "satisfied", [4, 5], "satisfied: a mapping is needed"),
    (METHOD, "satisfied.hai_long_5", 4, "satisfied.hai_long_5: a list of levels"),
    (METHOD, "satisfied.hai_long_5", [], "satisfied.hai_long_5: a list of levels"),
    (METHOD, "satisfied.hai_long_5", [4, 10], r"satisfied.hai_long_5\[1\]: a level from 1 to 9"),
    (METHOD, "satisfied.hai_long_5", [4, "5"], r"satisfied.hai_long_5\[1\]: a level from 1 to 9"),
    (METHOD, "satisfied.hai_long_5", [5, 5], "satisfied.hai_long_5: a level stands there twice"),
    (METHOD, "weights", {"tiep_can": 1}, "weights: POOLED_ITEMS has no weights"),
    (WEIGHTED, "weights", {}, "weights: WEIGHTED needs a weight per factor"),
    (WEIGHTED, "weights.tiep_can", 0.6, "weights: the weights add up to 9/10, not to 1"),
    (WEIGHTED, "weights.tiep_can", 0, "weights.tiep_can: a weight above 0"),
    (WEIGHTED, "weights.tiep_can", True, "weights.tiep_can: a number is needed"),
    (WEIGHTED, "weights.tiep_can", "1e999999999", "weights.tiep_can: a number is needed"),
    (WEIGHTED, "weights.tiep_can", "1/0", "weights.tiep_can: a number is needed"),
    (METHOD, "bands[1].from", 90, r"bands\[1\].from: bands go from the best down"),
    (METHOD, "bands[0].from", 101, r"bands\[0\].from: a percent from 0 to 100"),
    (METHOD, "bands[1].code", "A", r'bands\[1\].code: the band "A" stands there twice'),
    (METHOD, "target", 101, r"target: a number above 0, at most 100"),
    (METHOD, "par_index_maximum", 0, r"par_index_maximum: a number above 0, at most 100"),
    (METHOD, "bands[1].code", 2, r"bands\[1\].code: 1 to 30 characters"),
    (METHOD, "legal_basis", {"en": "Law"}, 'legal_basis: the text in "vi" is missing'),
]


@pytest.mark.parametrize(("definition", "place", "value", "message"), FAULTS)
def test_a_fault_is_refused_and_its_place_named(
    definition: Mapping[str, Any], place: str, value: object, message: str
) -> None:
    with pytest.raises(MethodError, match=f"^{message}"):
        methods.parse(changed(definition, place, value))


def test_weights_are_exact_as_written() -> None:
    thirds = {"tiep_can": "1/3", "cong_chuc": "2/3"}

    assert methods.parse(WEIGHTED).weights["tiep_can"] == Fraction(7, 10)
    assert methods.parse(changed(WEIGHTED, "weights", thirds)).weights["tiep_can"] == Fraction(1, 3)


@pytest.mark.parametrize(
    ("percent", "code"),
    [
        (Fraction(100), "A"),
        (Fraction(90), "A"),
        (Fraction(89996, 1000), "B"),
        (Fraction(80), "B"),
        (Fraction(7999, 100), None),
    ],
)
def test_a_band_is_found_on_the_unrounded_index(percent: Fraction, code: str | None) -> None:
    band = methods.parse(METHOD).band_of(percent)

    assert (band.code if band else None) == code


def scale(points: list[int]) -> list[dict[str, object]]:
    return [{"text": {"vi": str(p), "en": str(p)}, "points": p} for p in points]


def mixed(points: list[int], *, best: int = 5) -> editions.Edition:
    """Return the small edition with the criterion of its second factor on another scale.

    `best` is what the best level of the first scale is worth.
    """
    definition = changed(EDITION, "scales.khac", scale(points))
    definition = changed(definition, "scales.hai_long_5[4].points", best)
    return editions.parse(changed(definition, "sections[1].questions[0].scale", "khac"))


TINY = editions.parse(EDITION)
MEAN5 = {"code": "m", "item_rule": "MEAN5", "aggregation": "POOLED_ITEMS"}
MEAN_0_100 = {**MEAN5, "item_rule": "MEAN_0_100"}


@pytest.mark.parametrize(
    ("definition", "edition", "message"),
    [
        (changed(METHOD, "satisfied.muc_3", [3]), TINY, "satisfied.muc_3: tiny@1 has no scale"),
        (METHOD, mixed([1, 2, 3]), "satisfied.khac: is missing; tiny@1 rates c03 on it"),
        (
            changed(METHOD, "satisfied.hai_long_5", [4, 5, 6]),
            TINY,
            "satisfied.hai_long_5: level 6, but the scale has 5 levels",
        ),
        (changed(METHOD, "satisfied.hai_long_5", [1, 2, 3, 4, 5]), TINY, "all levels count"),
        (
            changed(WEIGHTED, "weights", {"tiep_can": 0.5, "thu_tuc": 0.5}),
            TINY,
            "weights.thu_tuc: tiny@1 has no factor of this code",
        ),
        (changed(WEIGHTED, "weights", {"tiep_can": 1}), TINY, "weights: no weight for cong_chuc"),
        (MEAN5, mixed([1, 2, 3]), "item_rule: MEAN5 divides by the points of the best level"),
        (
            MEAN_0_100,
            mixed([0, 997], best=8),
            "item_rule: the scales of tiny@1 share no denominator",
        ),
    ],
)
def test_a_method_that_cannot_count_an_edition_is_refused(
    definition: Mapping[str, Any], edition: editions.Edition, message: str
) -> None:
    with pytest.raises(MethodError, match=message):
        check_fits(methods.parse(definition), edition)


@pytest.mark.parametrize(
    ("definition", "edition"),
    [
        (METHOD, TINY),
        (WEIGHTED, TINY),
        (MEAN5, TINY),
        (MEAN5, mixed([2, 10])),
        (MEAN_0_100, mixed([1, 2, 3])),
        (changed(METHOD, "satisfied.khac", [3]), mixed([1, 2, 3])),
    ],
)
def test_a_method_fits_what_it_can_count(
    definition: Mapping[str, Any], edition: editions.Edition
) -> None:
    check_fits(methods.parse(definition), edition)


def test_an_edition_without_a_factor_has_no_index() -> None:
    edition = editions.parse({**EDITION, "sections": EDITION["sections"][2:]})

    with pytest.raises(MethodError, match="tiny@1 has no factor"):
        check_fits(methods.parse(MEAN5), edition)


@pytest.mark.parametrize(
    ("method", "edition"),
    [
        ("top2-pooled", "sipas-22"),
        ("mean5", "sipas-22"),
        ("mean-0-100", "sipas-22"),
        ("weighted-factors", "sipas-22"),
        ("top2-3-muc", "quay-3-muc"),
    ],
)
def test_a_shipped_method_fits_its_edition_and_says_its_legal_basis(
    method: str, edition: str
) -> None:
    found = methods.parse(_read(DATA / "methods" / f"{method}.yaml"))

    check_fits(found, editions.parse(_read(DATA / "questionnaires" / f"{edition}.yaml")))
    assert found.code == method
    assert set(found.legal_basis) == set(found.title) == {"vi", "en"}


def _read(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
