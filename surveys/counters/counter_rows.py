"""Counters as lists show them: with the name of their unit, found by any name or code."""

from __future__ import annotations

from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from surveys.models import Counter, UnitVersion
from surveys.units.search_keys import search_text


def with_unit_name(rows: QuerySet[Counter], today: date) -> QuerySet[Counter]:
    """Give each counter `unit_name`: that of its unit today, or the last it had."""
    begun = UnitVersion.objects.filter(unit=OuterRef("unit"), in_force__startswith__lte=today)
    name = begun.order_by("-in_force").values("full_name")[:1]
    return rows.select_related("unit").annotate(unit_name=Subquery(name))


def called(text: str, today: date) -> Q:
    """Return the condition that a counter, or its unit, has this code or name."""
    asked = Q(code=text.lower()) | Q(name__icontains=text) | Q(unit__code=text.lower())
    if words := search_text(text):
        named = UnitVersion.objects.in_force_on(today).filter(search_key__contains=f" {words}")
        asked |= Q(unit__in=named.values("unit"))
    return asked
