"""What to improve first: one stated rule. Pure.

For each criterion take how far it lies below the same criterion of the unit above, and of the
similar units (same tier, same parent), whichever is further; multiply by the criterion's
weight in the index. The product is how many points the index would rise, and overall
dissatisfaction fall, if the criterion came up to there. The criteria with the largest products
come first. Where nothing lies below the others the same is done with 100 %: then the criteria
come first that cost the index most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

Beside: TypeAlias = Literal["above", "similar", "everyone satisfied"]

MOST = 3
ALL = Fraction(100)


@dataclass(frozen=True)
class Candidate:
    """A criterion of a unit; percents are unrounded, None where there is no figure.

    `weight` is the criterion's part of the index: the parts of all criteria add up to 1.
    """

    code: str
    percent: Fraction
    weight: Fraction
    above: Fraction | None = None
    similar: Fraction | None = None


@dataclass(frozen=True)
class Priority:
    """A criterion to improve: what it lies below, by how much, and what closing that gains."""

    code: str
    percent: Fraction
    beside: Beside
    reference: Fraction
    gain: Fraction

    @property
    def gap(self) -> Fraction:
        return self.reference - self.percent


def first_to_improve(candidates: Iterable[Candidate], most: int = MOST) -> tuple[Priority, ...]:
    """Return the criteria to improve first, at most `most`, in the order of the rule.

    Equal gains go by the lower percent, then by their order in the form.

    Source: docs/method.md section 9.
    """
    known = list(candidates)
    found = [_priority(candidate) for candidate in known]
    lagging = [priority for priority in found if priority is not None and priority.gain > 0]
    if not lagging:
        lagging = [_priority_to(c, "everyone satisfied", ALL) for c in known if c.percent < ALL]
    # sorted() keeps the order of the form among equals.
    return tuple(sorted(lagging, key=lambda p: (-p.gain, p.percent))[:most])


def weights(valid: Sequence[Sequence[int]], by_factor: Sequence[Fraction] | None) -> list[Fraction]:
    """Return the part of each criterion in the index, factor by factor in order.

    Args:
        valid: per factor, the valid answers to each of its criteria.
        by_factor: the method's weights of the factors; None for POOLED_ITEMS.
    """
    everything = sum(sum(factor) for factor in valid)
    parts = []
    for number, factor in enumerate(valid):
        base = everything if by_factor is None else sum(factor)
        share = Fraction(1) if by_factor is None else by_factor[number]
        parts += [share * Fraction(n, base) if base else Fraction(0) for n in factor]
    return parts


def _priority(candidate: Candidate) -> Priority | None:
    references: list[tuple[Fraction, Beside]] = []
    if candidate.above is not None:
        references.append((candidate.above, "above"))
    if candidate.similar is not None:
        references.append((candidate.similar, "similar"))
    if not references:
        return None
    # max() keeps the first of equals: the unit above.
    reference, beside = max(references, key=lambda pair: pair[0])
    return _priority_to(candidate, beside, reference)


def _priority_to(candidate: Candidate, beside: Beside, reference: Fraction) -> Priority:
    gain = (reference - candidate.percent) * candidate.weight
    return Priority(candidate.code, candidate.percent, beside, reference, gain)
