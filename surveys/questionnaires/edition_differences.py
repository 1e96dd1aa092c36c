"""What differs between two editions of a questionnaire, and which factors stay comparable. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from surveys.questionnaires.codebook import Edition, Question, Section

What = Literal["added", "removed", "reworded", "answers", "moved"]
# A factor's figures: the same questions; other words; other questions or answers.
Comparable = Literal["same", "reworded", "changed", "new", "gone"]
BASE = "vi"


@dataclass(frozen=True)
class Difference:
    """A question that is not as it was; `before` or `after` is empty where there is none."""

    what: What
    code: str
    before: str
    after: str


@dataclass(frozen=True)
class FactorChange:
    """Whether a factor's figures of two editions can be put side by side."""

    code: str
    title: str
    comparable: Comparable


def differences(old: Edition, new: Edition) -> list[Difference]:
    """Return what happened to each question, those of the new edition first."""
    found = []
    for code, question in new.questions.items():
        before = old.questions.get(code)
        if before is None:
            found.append(Difference("added", code, "", question.text[BASE]))
        else:
            found += [Difference(what, code, *words) for what, words in _of(before, question)]
    gone = old.questions.keys() - new.questions.keys()
    found += [
        Difference("removed", code, question.text[BASE], "")
        for code, question in old.questions.items()
        if code in gone
    ]
    return found


def _of(before: Question, after: Question) -> list[tuple[What, tuple[str, str]]]:
    found: list[tuple[What, tuple[str, str]]] = []
    if before.text[BASE] != after.text[BASE]:
        found.append(("reworded", (before.text[BASE], after.text[BASE])))
    if _answers(before) != _answers(after):
        found.append(("answers", (_told(before), _told(after))))
    if before.section != after.section:
        found.append(("moved", (before.section, after.section)))
    return found


def _answers(question: Question) -> tuple[object, ...]:
    options = [(option.text[BASE], option.points) for option in question.options]
    return question.kind, options, question.max, question.escapes


def _told(question: Question) -> str:
    return "; ".join(option.text[BASE] for option in question.options)


def factor_changes(old: Edition, new: Edition) -> list[FactorChange]:
    """Return each factor of either edition with what became of it."""
    before = {factor.code: factor for factor in old.factors}
    after = {factor.code: factor for factor in new.factors}
    return [
        FactorChange(code, _title(factor), _comparable(before.get(code), after.get(code)))
        for code, factor in (after | {c: f for c, f in before.items() if c not in after}).items()
    ]


def _title(factor: Section) -> str:
    return factor.title.get(BASE, factor.code)


def _comparable(before: Section | None, after: Section | None) -> Comparable:
    if before is None or after is None:
        return "new" if before is None else "gone"
    was, now = ({q.code: q for q in factor.criteria} for factor in (before, after))
    if was.keys() != now.keys():
        return "changed"
    if any(_answers(was[code]) != _answers(now[code]) for code in was):
        return "changed"
    same = all(was[code].text[BASE] == now[code].text[BASE] for code in was)
    return "same" if same else "reworded"
