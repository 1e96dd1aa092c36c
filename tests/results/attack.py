"""An attacker who knows everything but the answers, and reads everything that is published.

He knows who answered which question, in which unit, month and channel, when each sheet came and
was set aside, and the rules by heart. To him every published number is a known sum of unknown
answers. All he can work out exactly, from all pages, files and releases together, is what these
sums combine to. He succeeds when a combination is about fewer people than the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from results.arithmetic.column_groups import Ints
from results.arithmetic.sums import Moments
from results.releasing.disclosure import Rules
from results.releasing.released_rows import HEADLINE, SliceKey
from surveys.questionnaires.editions import OPTION_CODES, Edition
from surveys.questionnaires.methods import Method
from tests.results.released_world import Paths, Sheet, World

Floats = NDArray[np.float64]

SATISFIED, DISSATISFIED = 5, 1


@dataclass(frozen=True)
class Round:
    """What happens before one release: sheets that come, and numbers of sheets set aside."""

    sheets: Sequence[Sheet]
    aside: Sequence[int] = ()
    closed: bool = False


@dataclass(frozen=True)
class Story:
    """Rounds of a world with its map, form and rules."""

    edition: Edition
    method: Method
    paths: Paths
    headline: tuple[int, ...]
    rounds: Sequence[Round]
    with_products: bool = False
    # Of a sample survey: the people that the sheets of each planned unit stand for; and whether
    # units that are not published were weighed, too.
    people: Mapping[int, int] = field(default_factory=dict)
    weighs_all: bool = False

    def sheets(self) -> list[Sheet]:
        return [sheet for step in self.rounds for sheet in step.sheets]

    def published(
        self, rules: Rules, satisfied: int | None, known: dict[str, Ints]
    ) -> list[Floats]:
        """Return all that is published, if only one sheet (by number) were satisfied.

        Returns:
            Per release, unit and slice: how many were satisfied by criterion, then by factor;
            with products, then those of satisfied answers and answers, of every two factors.
            Where units are weighed, then the same by factor of all people they stand for.
        """
        world = World(self.edition, self.method, self.paths, self.headline, rules, known=known)
        told: list[Floats] = []
        for step in self.rounds:
            for sheet in step.sheets:
                level = SATISFIED if len(world.sheets) == satisfied else DISSATISFIED
                values = dict.fromkeys(sheet.values, level)
                world.sheets.append(replace(sheet, values=values))
            for number in step.aside:
                world.turn(number)
            world.release(closed=step.closed)
            totals = world.totals()
            told += [self._satisfied(totals[key]) for key in sorted(totals)]
            told += self._weighted(world, totals)
        return told

    def _weighted(self, world: World, totals: Mapping[tuple[int, SliceKey], Ints]) -> list[Floats]:
        """Return the satisfied answers of units above planned ones, each for so many people.

        Of the headline, as docs/method.md section 10 has it: Σ N / n · satisfied, which a
        published index tells whoever knows the answers that it is divided by.
        """
        weighed: dict[int, Floats] = {}
        for unit, people in self.people.items():
            numbers = totals.get((unit, HEADLINE))
            if self.weighs_all:
                numbers = world.numbers([s for s in world.sheets if s.unit == unit])
            if numbers is None or numbers[0] < (1 if self.weighs_all else world.rules.threshold):
                continue
            satisfied = self._satisfied(numbers) * people / numbers[0]
            satisfied[: len(self.edition.criteria)] = 0
            for above in self.paths[unit][:-1]:
                weighed[above] = weighed.get(above, 0) + satisfied
        return [weighed[unit] for unit in sorted(weighed)]

    def _satisfied(self, numbers: NDArray[np.int64]) -> Floats:
        code = OPTION_CODES[SATISFIED - 1]
        columns = [self.edition.columns_of[q.code][0] for q in self.edition.criteria]
        counts = [numbers[1 + c.offset + c.codes.index(code)] for c in columns]
        start = 1 + self.edition.counts_width
        factors = range(len(self.edition.factors))
        sums = [numbers[start + 3 * f + 1] for f in factors]
        if not self.with_products:
            return np.array([*counts, *sums], dtype=np.float64)
        moments = Moments.from_array(numbers[start:].tolist(), factors=len(factors))
        products = [moments.product(3 * f + 1, 3 * g) for f in factors for g in factors]
        return np.array([*counts, *sums, *products], dtype=np.float64)

    def about(self, factor: int) -> list[int]:
        """Return the places of what is published of a factor's satisfied answers together."""
        factors, criteria = len(self.edition.factors), len(self.edition.criteria)
        products = criteria + factors + factors * factor
        more = range(products, products + factors) if self.with_products else ()
        return [criteria + factor, *more]


def knowledge(story: Story, rules: Rules) -> tuple[Floats, list[int]]:
    """Return the attacker's equations, (rows, unknowns), and whose answer each unknown is.

    An unknown is one sheet's answer to one criterion.
    """
    known: dict[str, Ints] = {}
    sheets = story.sheets()
    criteria = [q.code for q in story.edition.criteria]
    factor_of = [f for f, factor in enumerate(story.edition.factors) for _ in factor.criteria]
    nothing = np.array(story.published(rules, None, known))
    columns: list[Floats] = []
    people: list[int] = []
    for number, sheet in enumerate(sheets):
        seen = np.array(story.published(rules, number, known)) - nothing
        for i, code in enumerate(criteria):
            if code not in sheet.values:
                continue
            alike = sum(
                c in sheet.values and factor_of[j] == factor_of[i] for j, c in enumerate(criteria)
            )
            told = np.zeros_like(seen)
            told[:, i] = seen[:, i]
            together = story.about(factor_of[i])
            told[:, together] = seen[:, together] / alike
            columns.append(told.ravel())
            people.append(number)
    return np.unique(np.array(columns).T, axis=0), people


def least_people(story: Story, rules: Rules) -> set[int] | None:
    """Return fewer people than the threshold whose answers can be worked out; None if nobody's.

    What cannot be told apart has the same coefficient in every equation, so an answer is worked
    out only together with all that are like it.
    """
    equations, people = knowledge(story, rules)
    alike, index = np.unique(equations, axis=1, return_inverse=True)
    whose = [{people[i] for i in np.flatnonzero(index == k)} for k in range(alike.shape[1])]
    told = [k for k in range(alike.shape[1]) if alike[:, k].any()]
    small = [k for k in told if len(whose[k]) < rules.threshold]
    rank = np.linalg.matrix_rank(alike)
    if not _shows(alike, rank, small):
        return None
    for chosen in _gatherings(small, whose, rules.threshold):
        if _shows(alike, rank, chosen):
            return set().union(*(whose[k] for k in chosen))
    return None


def _shows(equations: Floats, rank: int, unknowns: Sequence[int]) -> bool:
    """Return whether some combination of the equations is about these unknowns alone."""
    rest = np.delete(equations, unknowns, axis=1)
    return bool(np.linalg.matrix_rank(rest) < rank if rest.size else rank > 0)


def _gatherings(
    small: Sequence[int], whose: Sequence[set[int]], threshold: int
) -> Iterator[list[int]]:
    """Yield unknowns of every set of fewer people than the threshold that some are about."""
    everyone = sorted(set().union(*(whose[k] for k in small)))
    for size in range(1, threshold):
        for few in combinations(everyone, size):
            chosen = [k for k in small if whose[k] <= set(few)]
            if chosen and set().union(*(whose[k] for k in chosen)) == set(few):
                yield chosen
