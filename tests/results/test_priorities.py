"""What to improve first: the stated rule on examples, and what a gain promises."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from results.arithmetic.priorities import Candidate, Priority, first_to_improve, weights


def candidate(
    code: str, percent: int, above: int | None, similar: int | None, weight: str = "1/4"
) -> Candidate:
    return Candidate(
        code,
        Fraction(percent),
        Fraction(weight),
        None if above is None else Fraction(above),
        None if similar is None else Fraction(similar),
    )


def test_the_worked_example_of_the_method() -> None:
    # docs/method.md section 9.
    found = first_to_improve(
        [
            candidate("c01", 80, 84, 82),
            candidate("c02", 70, 72, 78),
            candidate("c03", 90, 85, 88),
            candidate("c04", 60, 64, 60),
        ]
    )

    assert found == (
        Priority("c02", Fraction(70), "similar", Fraction(78), Fraction(2)),
        Priority("c04", Fraction(60), "above", Fraction(64), Fraction(1)),
        Priority("c01", Fraction(80), "above", Fraction(84), Fraction(1)),
    )


def test_a_criterion_that_weighs_more_comes_first() -> None:
    found = first_to_improve(
        [candidate("c01", 70, 78, None, "1/10"), candidate("c02", 70, 74, None, "9/10")]
    )

    assert [priority.code for priority in found] == ["c02", "c01"]


def test_ahead_everywhere_the_costliest_criteria_come_first() -> None:
    found = first_to_improve([candidate("c01", 90, 80, 80), candidate("c02", 85, 80, None)])

    assert [(p.code, p.beside, p.gap) for p in found] == [
        ("c02", "everyone satisfied", Fraction(15)),
        ("c01", "everyone satisfied", Fraction(10)),
    ]


def test_the_nation_has_nothing_above_and_nothing_similar() -> None:
    (found,) = first_to_improve(
        [candidate("c01", 90, None, None), candidate("c02", 100, None, None)]
    )

    assert (found.code, found.reference) == ("c01", Fraction(100))


def test_where_all_are_satisfied_nothing_is_to_improve() -> None:
    assert first_to_improve([candidate("c01", 100, 100, None)]) == ()


@given(
    valid=st.lists(
        st.lists(st.integers(1, 50), min_size=1, max_size=4), min_size=1, max_size=3
    ).filter(lambda factors: sum(map(len, factors)) > 1),
    weighted=st.booleans(),
    data=st.data(),
)
def test_a_gain_is_what_the_index_rises_by(
    valid: list[list[int]], weighted: bool, data: st.DataObject
) -> None:
    """Move every criterion's share up to its reference; the index moves by just the gains."""
    by_factor = [Fraction(1, len(valid))] * len(valid) if weighted else None
    flat = [n for factor in valid for n in factor]
    own = [data.draw(st.integers(0, n)) for n in flat]
    above = [data.draw(st.integers(k, n)) for k, n in zip(own, flat, strict=True)]
    parts = weights(valid, by_factor)
    assert sum(parts) == 1

    found = first_to_improve(
        [
            Candidate(str(i), Fraction(100 * k, n), part, Fraction(100 * up, n))
            for i, (k, up, n, part) in enumerate(zip(own, above, flat, parts, strict=True))
        ],
        most=99,
    )

    rise = index(valid, above, by_factor) - index(valid, own, by_factor)
    if any(up > k for k, up in zip(own, above, strict=True)):
        assert sum(priority.gain for priority in found) == rise


def index(
    valid: list[list[int]], satisfied: list[int], by_factor: list[Fraction] | None
) -> Fraction:
    """Return 100·ΣK/ΣM, or Σ w·100·K_f/M_f, by docs/method.md section 3."""
    if by_factor is None:
        return Fraction(100 * sum(satisfied), sum(n for factor in valid for n in factor))
    total, at = Fraction(0), 0
    for weight, factor in zip(by_factor, valid, strict=True):
        total += weight * Fraction(100 * sum(satisfied[at : at + len(factor)]), sum(factor))
        at += len(factor)
    return total
