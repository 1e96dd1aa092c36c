"""Promise 3: page, API and every file print the same figures, whatever the world."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from results.counting import refresh
from tests import make
from tests.results.readers import (
    figures_of_csv,
    figures_of_pdf,
    figures_of_sav,
    figures_of_xlsx,
    shown_only,
)
from tests.results.test_pages import MIXED, figures_of_api, figures_of_page, rolled_back

METHODS: Mapping[str, Mapping[str, Any]] = {
    "shares": make.METHOD,
    "means of five": {
        "code": "mean5",
        "item_rule": "MEAN5",
        "aggregation": "POOLED_ITEMS",
    },
    "weighted shares": {
        "code": "weighted",
        "item_rule": "TOP2",
        "satisfied": {"hai_long_5": [4, 5]},
        "aggregation": "WEIGHTED",
        "weights": {"tiep_can": "1/3", "cong_chuc": "2/3"},
    },
    "weighted means": {
        "code": "weighted-mean",
        "item_rule": "MEAN_0_100",
        "aggregation": "WEIGHTED",
        "weights": {"tiep_can": "0.6", "cong_chuc": "0.4"},
    },
}

rating = st.sampled_from([None, 1, 2, 3, 4, 5])
sheets = st.fixed_dictionaries(
    {
        "c01": st.sampled_from([None, 1, 2, 3, 4, 5, "?"]),
        "c02": rating,
        "c03": rating,
        "f1": st.sampled_from([None, 1, 2]),
        "m1": st.sampled_from([None, [1], [2], [1, 3]]),
    }
)
worlds = st.lists(st.tuples(st.integers(0, 1), sheets), min_size=6, max_size=16)


@pytest.mark.parametrize("method", METHODS)
def test_page_and_every_file_print_the_same_figures(
    db: None, tmp_path: Path, size: Any, method: str
) -> None:
    # In the small run each method is read of one tier, by turns.
    turn = list(METHODS).index(method) % 2
    codes = size([("19", "A")[turn]], ["19", "A"])

    @given(batch=worlds)
    @example(batch=MIXED)
    @settings(
        max_examples=60,
        phases=size([Phase.explicit], list(Phase)),
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def worlds_hold(batch: list[tuple[int, dict[str, Any]]]) -> None:
        with rolled_back():
            top = make.province("Thái Nguyên", code="19")
            units = [make.commune(name, parent=top, code=name) for name in ("A", "B")]
            campaign = make.campaign(slug="dot", threshold=3, by=METHODS[method])
            for unit, values in batch:
                make.response(campaign, units[unit], values)
            refresh.refresh(campaign, clock=timezone.now)
            for code in codes:
                assert_equal(code, tmp_path)

    worlds_hold()


def assert_equal(code: str, folder: Path) -> None:
    """Fail unless all that is offered of a unit says the same."""
    base = f"/en/ket-qua/dot/{code}/"
    page = figures_of_page(Client().get(base).content.decode())
    page["counts"] = [counts for counts in page["counts"] if len(counts) > 1]
    page["shares"] = [share for share in page["shares"] if share[0]]

    def file(name: str) -> bytes:
        return Client().get(f"{base}tai-ve/{name}").content

    assert shown_only(figures_of_api(json.loads(file("so-lieu.json")))) == page
    assert figures_of_csv(file("so-lieu.csv")) == page
    assert figures_of_csv(file("so-lieu-cham-phay.csv"), separator=";") == page
    assert figures_of_pdf(file("bao-cao.pdf")) == page
    for name, read in (("so-lieu.sav", figures_of_sav), ("bang-tinh.xlsx", figures_of_xlsx)):
        path = folder / name
        path.write_bytes(file(name))
        assert read(path) == page
