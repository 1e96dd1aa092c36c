"""Ranks, bands, means, points and targets, against slow and obvious counting."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from results.arithmetic.classes import BandCount, band_counts, mean
from results.arithmetic.goals import gap_to_target, par_index_points
from results.arithmetic.indices import round_percent
from results.arithmetic.ranks import Rank, ranks
from surveys.questionnaires import methods

percents = st.fractions(0, 100, max_denominator=12)


@given(values=st.lists(percents, max_size=12))
def test_a_rank_is_one_more_than_how_many_are_better(values: list[Fraction]) -> None:
    found = ranks(dict(enumerate(values)))

    for key, value in enumerate(values):
        better = sum(1 for other in values if other > value)
        assert found[key] == Rank(better + 1, len(values))


def test_equal_values_share_a_rank_and_the_next_place_stays_free() -> None:
    values = {"a": Fraction(90), "b": Fraction(80), "c": Fraction(80), "d": Fraction(70)}

    assert [rank.position for rank in ranks(values).values()] == [1, 2, 2, 4]


def test_values_that_print_alike_are_not_equal() -> None:
    first, second = Fraction(80), Fraction(79_999_999, 1_000_000)
    assert round_percent(first) == round_percent(second)

    found = ranks({"a": second, "b": first})

    assert (found["a"].position, found["b"].position) == (2, 1)


def test_units_are_counted_per_band() -> None:
    method = methods.parse(
        {
            "code": "m",
            "item_rule": "MEAN5",
            "aggregation": "POOLED_ITEMS",
            "bands": [{"code": "A", "from": 90}, {"code": "B", "from": 80}],
        }
    )
    just_below = Fraction(89_999, 1000)
    best, good = method.bands

    found = band_counts([Fraction(90), just_below, Fraction(80), Fraction(79)], method)

    assert found == (BandCount(best, 1), BandCount(good, 2), BandCount(None, 1))
    assert band_counts([Fraction(95)], method) == (BandCount(best, 1), BandCount(good, 0))


def test_the_mean_of_units_is_plain() -> None:
    assert mean([Fraction(70), Fraction(85)]) == Fraction(155, 2)
    assert mean([]) is None


def test_points_of_par_index_and_the_gap_to_a_target() -> None:
    # An article on a province gives 11,35 of 12 points; 94,58 % of 12 are that.
    assert round_percent(par_index_points(Fraction("94.58"), Fraction(12))) == round_percent(11.35)
    assert par_index_points(Fraction(100), Fraction(10)) == 10
    assert gap_to_target(Fraction("84.73"), Fraction(90)) == Fraction("5.27")
    assert gap_to_target(Fraction(91), Fraction(90)) == 0
