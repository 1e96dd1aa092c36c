"""Small questionnaires and methods as values, for tests of arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from results.arithmetic.indices import Moments
from results.counting.moments import Tabulator
from surveys.questionnaires import editions, methods
from surveys.questionnaires.editions import Edition
from surveys.questionnaires.methods import Method

SATISFIED = {"hai": [2], "ba": [2, 3], "nam": [4, 5], "lech": [3]}
POINTS = {"hai": [0, 1], "ba": [1, 2, 3], "nam": [1, 2, 3, 4, 5], "lech": [1, 2, 10]}


def edition(factors: Sequence[Sequence[str]], *, others: bool = True) -> Edition:
    """Return an edition from the names of the scales of each factor's criteria."""
    scales = {
        name: [{"text": {"vi": str(points)}, "points": points} for points in POINTS[name]]
        for name in sorted({name for names in factors for name in names})
    }
    sections: list[dict[str, Any]] = [
        {
            "code": f"f{f}",
            "kind": "factor",
            "questions": [
                {
                    "code": f"c{f}_{i}",
                    "kind": "rating",
                    "scale": name,
                    "text": {"vi": "…"},
                    "dont_know": True,
                    "not_applicable": True,
                }
                for i, name in enumerate(names)
            ],
        }
        for f, names in enumerate(factors)
    ]
    if others:
        # A multiple choice in front moves every criterion away from its number.
        wishes = {
            "code": "m",
            "kind": "multiple",
            "text": {"vi": "…"},
            "options": [{"text": {"vi": "a"}}, {"text": {"vi": "b"}}],
        }
        sections.insert(0, {"code": "mong_doi", "kind": "expectations", "questions": [wishes]})
    return editions.parse(
        {
            "code": "nho",
            "edition": 1,
            "title": {"vi": "Phiếu nhỏ"},
            "languages": {"vi": "reviewed"},
            "scales": scales,
            "sections": sections,
        }
    )


def method(
    form: Edition, item_rule: str = "TOP2", weights: Sequence[str] = (), **more: Any
) -> Method:
    """Return a method for an edition of `edition`, weighted if weights are given."""
    definition: Mapping[str, Any] = {
        "code": "cach-tinh",
        "item_rule": item_rule,
        "satisfied": {name: SATISFIED[name] for name in form.scales},
        "aggregation": "WEIGHTED" if weights else "POOLED_ITEMS",
        **({"weights": {f"f{f}": weight for f, weight in enumerate(weights)}} if weights else {}),
        **more,
    }
    found = methods.parse(definition)
    methods.check_fits(found, form)
    return found


def moments(form: Edition, by: Method, sheets: Sequence[str]) -> Moments:
    """Return the moments of answer strings, counted as cells are."""
    array = _characters(sheets)
    sums = Tabulator(form, by).moments(array, np.array([len(sheets)], dtype=np.intp))[0]
    return Moments.from_array(sums.tolist(), factors=len(form.factors))


def counts(form: Edition, by: Method, sheets: Sequence[str]) -> list[int]:
    """Return the counts of answer strings, counted as cells are."""
    array = _characters(sheets)
    cells = np.zeros(len(sheets), dtype=np.intp)
    counted: list[int] = Tabulator(form, by).counts(array, cells, 1)[0].tolist()
    return counted


def _characters(sheets: Sequence[str]) -> NDArray[np.uint8]:
    flat = np.frombuffer("".join(sheets).encode("ascii"), dtype=np.uint8)
    return flat.reshape(len(sheets), -1)
