"""Entries of the audit log in words: what was done, and what was before and after, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from surveys.models import AuditEntry, UnitVersion
from surveys.oversight.deeds import Deed
from surveys.rights.acts import Role

LONG = 160
"""A longer value stands behind a line that opens it."""

# What pages of the panel call a field; others show the name they have in the log.
LABELS: Mapping[str, str | Promise] = {
    "accounts": gettext_lazy("Accounts"),
    "added": gettext_lazy("Added"),
    "address": gettext_lazy("Address"),
    "answer": gettext_lazy("Answer"),
    "answers_for_it": gettext_lazy("Answers for it"),
    "asked": gettext_lazy("Asked for"),
    "auto_advance": gettext_lazy("Go on by itself after a touch"),
    "base": gettext_lazy("Begun from"),
    "campaign": gettext_lazy("Campaign"),
    "changed": gettext_lazy("Changed"),
    "channels": gettext_lazy("Counted in the headline"),
    "clip": gettext_lazy("Recording"),
    "closes_on": gettext_lazy("Last day"),
    "code": gettext_lazy("Code"),
    "codes": gettext_lazy("Codes of counters"),
    "collected": gettext_lazy("Collected"),
    "comments": gettext_lazy("Comments"),
    "corrected": gettext_lazy("Corrected"),
    "counter": gettext_lazy("Counter"),
    "counters": gettext_lazy("Counters"),
    "criterion": gettext_lazy("Criterion"),
    "day": gettext_lazy("Day"),
    "decided_by": gettext_lazy("Decided by"),
    "definition": gettext_lazy("Questionnaire"),
    "document": gettext_lazy("Draft"),
    "dont_know": gettext_lazy("“don't know” can be chosen"),
    "email": gettext_lazy("E-mail"),
    "ended": gettext_lazy("Units that ended"),
    "ends_at": gettext_lazy("Until"),
    "entries": gettext_lazy("Entries"),
    "format": gettext_lazy("Format"),
    "full_name": gettext_lazy("Full name"),
    "handed_out": gettext_lazy("Handed out"),
    "kind": gettext_lazy("Kind"),
    "known": gettext_lazy("Known already"),
    "language": gettext_lazy("Language"),
    "line": gettext_lazy("Line of the plan"),
    "max": gettext_lazy("At most"),
    "method": gettext_lazy("Method of counting"),
    "n": gettext_lazy("Number"),
    "name": gettext_lazy("Name"),
    "new": gettext_lazy("New"),
    "new_units": gettext_lazy("New units"),
    "not_applicable": gettext_lazy("“does not apply” can be chosen"),
    "number": gettext_lazy("Number"),
    "opens_on": gettext_lazy("First day"),
    "options": gettext_lazy("Answers to choose from"),
    "part": gettext_lazy("Part"),
    "piles": gettext_lazy("Batches"),
    "population": gettext_lazy("People"),
    "posters": gettext_lazy("Posters"),
    "previous": gettext_lazy("Campaign before this one"),
    "proposal": gettext_lazy("Proposal"),
    "proposed_by": gettext_lazy("Proposed by"),
    "publication": gettext_lazy("Results are published"),
    "questionnaire": gettext_lazy("Questionnaire"),
    "questions": gettext_lazy("Questions"),
    "receipts": gettext_lazy("Give a receipt code"),
    "release": gettext_lazy("Release"),
    "removed": gettext_lazy("Removed"),
    "role": gettext_lazy("Role"),
    "roles": gettext_lazy("Roles"),
    "rows": gettext_lazy("Rows"),
    "rule": gettext_lazy("Rule"),
    "scale": gettext_lazy("Scale"),
    "scope": gettext_lazy("Units"),
    "sessions": gettext_lazy("Sessions"),
    "sheets": gettext_lazy("Sheets"),
    "short": gettext_lazy("In the short form"),
    "short_first": gettext_lazy("Begin with the short form"),
    "simulated": gettext_lazy("Made-up answers only"),
    "size": gettext_lazy("Size"),
    "slug": gettext_lazy("Short name in addresses"),
    "stored": gettext_lazy("Stored"),
    "text": gettext_lazy("Text"),
    "threshold": gettext_lazy("Publication threshold (sheets)"),
    "tickets": gettext_lazy("Take sheets only with a one-time ticket"),
    "title": gettext_lazy("Title"),
    "tree_day": gettext_lazy("Map of this day"),
    "unit": gettext_lazy("Unit"),
    "units": gettext_lazy("Units"),
    "until": gettext_lazy("Until"),
    "warnings": gettext_lazy("Warnings"),
    "what": gettext_lazy("What"),
    "wording": gettext_lazy("Wording"),
}
NOTHING = pgettext_lazy("value in the log", "nothing")


@dataclass(frozen=True)
class Fact:
    """A field an entry tells of; None where it says nothing of before, or of after."""

    label: str
    before: str | None
    after: str | None

    @property
    def is_long(self) -> bool:
        return len(self.before or "") + len(self.after or "") > LONG

    @property
    def is_same(self) -> bool:
        """Whether it only says of what the entry tells, such as the part of a draft."""
        return self.before == self.after


@dataclass(frozen=True)
class EntryLine:
    """An entry with its deed and its facts in words."""

    entry: AuditEntry
    deed: str
    facts: Sequence[Fact]


def lines(entries: Iterable[AuditEntry]) -> list[EntryLine]:
    """Return entries in words, by one query more."""
    found = list(entries)
    units = _unit_names(found)
    deeds = {deed.value: str(deed.label) for deed in Deed}
    return [
        EntryLine(entry, deeds.get(entry.deed, entry.deed), _facts(entry, units)) for entry in found
    ]


def _facts(entry: AuditEntry, units: Mapping[int, str]) -> list[Fact]:
    before, after = entry.before or {}, entry.after or {}
    keys = dict.fromkeys([*before, *after])

    def said(facts: Mapping[str, Any], key: str) -> str | None:
        return _words(key, facts[key], units) if key in facts else None

    return [Fact(str(LABELS.get(key, key)), said(before, key), said(after, key)) for key in keys]


def _words(key: str, value: Any, units: Mapping[int, str]) -> str:
    if value in (None, "", [], {}):
        words = str(NOTHING)
    elif isinstance(value, bool):
        words = _("yes") if value else _("no")
    elif key == "unit" and isinstance(value, int):
        words = units.get(value, str(value))
    elif key == "role" and value in Role.values:
        words = str(Role(value).label)
    elif isinstance(value, str):
        words = _day(value)
    elif isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        words = ", ".join(map(str, value))
    elif isinstance(value, dict) and all(isinstance(one, str | int) for one in value.values()):
        words = "; ".join(f"{name}: {one}" for name, one in value.items())
    else:
        words = json.dumps(value, ensure_ascii=False)
    return words


def _day(text: str) -> str:
    """Return a day or a moment as the reader's language writes it, any other text as it is."""
    try:
        if len(text) == 10 and (day := parse_date(text)):
            return date_format(day, "SHORT_DATE_FORMAT")
        if len(text) > 15 and (moment := parse_datetime(text)):
            return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    except (ValueError, OverflowError):  # anybody may call a counter by the last moment there is
        pass
    return text


def _unit_names(entries: Iterable[AuditEntry]) -> dict[int, str]:
    """Return the last names of units that facts tell of by their key."""
    told = [facts for entry in entries for facts in (entry.before, entry.after) if facts]
    keys = {facts["unit"] for facts in told if isinstance(facts.get("unit"), int)}
    rows = UnitVersion.objects.filter(unit__in=keys).order_by("in_force")
    return dict(rows.values_list("unit", "full_name"))
