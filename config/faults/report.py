"""The table of what was promised and what was measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from config.faults.measuring import Measured
from config.faults.stage import Fault

Outcome = Measured | str


@dataclass
class Report:
    """What came of each fault so far; a text is why one could not be staged."""

    found: list[tuple[Fault, Outcome]] = field(default_factory=list)

    def add(self, fault: Fault, outcome: Outcome) -> None:
        self.found.append((fault, outcome))

    def all_held(self) -> bool:
        """Return whether no promise was broken; what was not staged breaks none."""
        return all(isinstance(found, str) or found.holds() for _fault, found in self.found)

    def last_line(self) -> str:
        fault, found = self.found[-1]
        return f"{fault.name}: {verdict(found)}; {said(found)}"

    def table(self) -> str:
        """Return all of it as a table in Markdown."""
        head = (_("fault"), _("promised"), _("measured"), _("result"))
        rows = [head, ("---",) * len(head)]
        for fault, found in self.found:
            title = f"{fault.title} (`{fault.name}`)"
            rows.append((title, str(fault.promise), said(found), verdict(found)))
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def verdict(found: Outcome) -> str:
    if isinstance(found, str):
        return _("not staged")
    return _("holds") if found.holds() else _("BROKEN")


def said(found: Outcome) -> str:
    """Return what was measured, in a line."""
    if isinstance(found, str):
        return found
    parts = [
        _("%(acknowledged)d acknowledged, %(stored)d stored, %(counted)d counted")
        % {
            "acknowledged": found.acknowledged,
            "stored": found.stored,
            "counted": found.counted,
        },
        _("taken after %(take)s s, counted after %(count)s s")
        % {"take": _seconds(found.seconds_to_take), "count": _seconds(found.seconds_to_count)},
    ]
    if found.taken_meanwhile is not None:
        parts.append(_("%(n)d taken meanwhile") % {"n": found.taken_meanwhile})
    if found.lost:
        parts.append(_("%(n)d LOST") % {"n": found.lost})
    if found.refused:
        parts.append(
            _("%(n)d refused: %(first)s") % {"n": len(found.refused), "first": found.refused[0]}
        )
    parts += [text for text in (found.note, found.differences) if text]
    return "; ".join(" ".join(part.split()) for part in parts)


def _seconds(seconds: float | None) -> str:
    return "∞" if seconds is None else number_format(seconds, 1)
