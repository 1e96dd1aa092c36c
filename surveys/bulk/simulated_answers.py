"""How made-up people answer: the draw of one simulation, edition by edition."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from surveys.questionnaires.editions import (
    DONT_KNOW,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    OPTION_CODES,
    Edition,
    Question,
)

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]

# Satisfaction is a hidden number: what a province, an office, a person and one question add.
# Two answers of a person then correlate at about 0.5 (as numbers 1-5).
PLACE_SPREAD, PERSON_SPREAD, ANSWER_SPREAD = 0.39, 1.0, 0.85
QUESTION_SPREAD = 0.08
FACTOR_SHIFTS = (0.05, -0.02, 0.12, 0.18)
LAST_FACTOR_SHIFT = -0.3  # handling of complaints is everywhere the weakest
# The share of answers at or below a place on the scale, worst = 0, best = 1: about 84 % in the
# upper two of five levels (83.94 % in 2024).
SCALE_PLACES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
SHARES_BELOW = (0.0, 0.012, 0.045, 0.16, 0.66, 1.0)

BLANKS, DONT_KNOWS, NOT_APPLICABLES = 0.05, 0.015, 0.05

# 2019 and 2020: several trips 5 %, harassment 1.4 %, extra payments 0.5 %, late results 4 %.
KNOWN_SHARES = {
    ("sipas-22", "n1"): (0.72, 0.23, 0.03, 0.02),
    ("sipas-22", "n2"): (0.014, 0.986),
    ("sipas-22", "n3"): (0.005, 0.995),
    ("sipas-22", "n4"): (0.01, 0.03, 0.96),
    ("sipas-22", "p1"): (0.48, 0.52),
    ("sipas-22", "p2"): (0.1, 0.27, 0.38, 0.17, 0.08),
    ("sipas-22", "p5"): (0.78, 0.22),
    ("quay-3-muc", "n1"): (0.74, 0.21, 0.05),
}


class MadeAnswers:
    """How the questions of an edition are answered in one simulation."""

    def __init__(self, edition: Edition, rng: np.random.Generator) -> None:
        self._edition = edition
        shifts = {
            factor.code: FACTOR_SHIFTS[at % len(FACTOR_SHIFTS)]
            for at, factor in enumerate(edition.factors)
        }
        self._weakest = edition.factors[-1].code if len(edition.factors) > 2 else ""
        if self._weakest:
            shifts[self._weakest] = LAST_FACTOR_SHIFT
        self._shift = {
            question.code: shifts.get(question.section, 0.0) + rng.normal(0, QUESTION_SPREAD)
            for question in edition.questions.values()
        }
        self._shares = {
            question.code: _shares(edition.code, question, rng)
            for question in edition.questions.values()
            if question.options
        }

    def draw(self, rng: np.random.Generator, satisfaction: Floats) -> Codes:
        """Return the answer strings of people as a matrix, one character a cell."""
        n = len(satisfaction)
        sheets = np.full((n, len(self._edition.columns)), ord(NOT_ANSWERED), np.uint8)
        blank = np.minimum(0.5, rng.exponential(BLANKS, n))
        for code, columns in self._edition.columns_of.items():
            question = self._edition.questions[code]
            part = sheets[:, columns[0].position : columns[-1].position + 1]
            chosen = self._chosen(rng, question, satisfaction)
            self._escape(rng, question, chosen)
            answered = rng.random(n) >= blank
            part[answered] = chosen[answered]
        return sheets

    def _chosen(self, rng: np.random.Generator, question: Question, satisfaction: Floats) -> Codes:
        n, options = len(satisfaction), len(question.options)
        shares = self._shares[question.code]
        if question.kind == "multiple":
            # The k options with the greatest log(share) + Gumbel noise are a draw of k.
            liking = np.log(shares) + rng.gumbel(size=(n, options))
            place = (-liking).argsort(axis=1).argsort(axis=1)
            wanted = rng.integers(1, min(question.max or options, options), n, endpoint=True)
            return np.where(place < wanted[:, None], ord("1"), ord("0")).astype(np.uint8)
        if question.kind == "rating":
            felt = satisfaction + self._shift[question.code] + rng.normal(0, ANSWER_SPREAD, n)
            position = np.searchsorted(_cuts(options), felt)
        else:
            position = rng.choice(options, size=n, p=shares)
        codes = np.frombuffer(OPTION_CODES.encode(), np.uint8)
        return codes[position][:, None]

    def _escape(self, rng: np.random.Generator, question: Question, chosen: Codes) -> None:
        # Who never complained does not know how complaints are handled.
        dont_knows = DONT_KNOWS * (4 if question.section == self._weakest else 1)
        shares = {DONT_KNOW: dont_knows, NOT_APPLICABLE: NOT_APPLICABLES}
        for escape in question.escapes:
            chosen[rng.random(len(chosen)) < shares[escape]] = ord(escape)


def _shares(edition: str, question: Question, rng: np.random.Generator) -> Floats:
    """Return how likely each option of a question is: as published, else as the draw has it."""
    known = KNOWN_SHARES.get((edition, question.code), ())
    if len(known) == len(question.options):
        return np.array(known)
    return rng.dirichlet(np.full(len(question.options), 4.0))


def _cuts(levels: int) -> Floats:
    """Return where the hidden satisfaction passes from one level of a scale to the next."""
    spread = NormalDist(0, (PLACE_SPREAD**2 + PERSON_SPREAD**2 + ANSWER_SPREAD**2) ** 0.5)
    places = np.arange(1, levels) / levels
    return np.array([spread.inv_cdf(p) for p in np.interp(places, SCALE_PLACES, SHARES_BELOW)])
