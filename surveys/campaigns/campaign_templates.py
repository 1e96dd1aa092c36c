"""What a new campaign begins with: a template that is shipped, or an earlier campaign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Func, Max
from django.utils.translation import get_language

from surveys.models import Campaign, Method, Questionnaire, UnitVersion

FILES = Path(__file__).resolve().parent.parent / "data" / "campaign_templates"
# What a copy takes over as it is.
COPIED = (
    *("questionnaire", "method", "threshold", "publication", "channels"),
    *("tickets", "short_first", "auto_advance", "receipts", "simulated"),
)


@dataclass(frozen=True)
class Template:
    """A kind of campaign that is set up often; `code` names it in an address."""

    code: str
    content: dict[str, Any]

    @property
    def title(self) -> str:
        return self._text("title")

    @property
    def about(self) -> str:
        return self._text("about")

    def initial(self, today: date) -> dict[str, Any]:
        """Return what the form of a campaign begins with; what is not loaded stays empty."""
        opens_on = _next(self.content["opens"], today)
        closes_on = opens_on + timedelta(days=self.content["days"] - 1)
        titles, year = self.content["campaign_title"], opens_on.year
        editions = Questionnaire.objects.filter(code=self.content["questionnaire"])
        same = (*COPIED[2:7], "auto_advance")
        return {
            **{name: self.content[name] for name in same},
            "slug": self.content["slug"].format(year=year),
            "title_vi": titles["vi"].format(year=year),
            "title_en": titles["en"].format(year=year),
            "questionnaire": editions.order_by("-edition").first(),
            "method": Method.objects.filter(code=self.content["method"]).first(),
            "tree_day": newest_map(opens_on),
            "opens_on": opens_on,
            "closes_on": closes_on,
        }

    def _text(self, key: str) -> str:
        texts = self.content[key]
        return str(texts.get(get_language() or "vi") or texts["vi"])


def templates() -> list[Template]:
    """Return the templates that are shipped, in the order of their files."""
    return list(_read())


def template(code: str) -> Template | None:
    return next((one for one in _read() if one.code == code), None)


def copied(old: Campaign, today: date) -> dict[str, Any]:
    """Return what a campaign begins with that follows another: its days, some years later.

    The map is the newest; the scope is left as it is, and is checked on that map.
    """
    years = 1
    while later(old.opens_on, years) < today:
        years += 1
    year, next_year = str(old.opens_on.year), str(old.opens_on.year + years)
    opens_on = later(old.opens_on, years)
    return {
        **{name: getattr(old, name) for name in COPIED},
        "slug": old.slug.replace(year, next_year) if year in old.slug else f"{old.slug}-{years}",
        "title_vi": old.title["vi"].replace(year, next_year),
        "title_en": old.title.get("en", "").replace(year, next_year),
        "scope": "\n".join(old.scope),
        "tree_day": newest_map(opens_on),
        "opens_on": opens_on,
        "closes_on": later(old.closes_on, years),
        "previous": old,
    }


def later(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def newest_map(until: date) -> date:
    """Return the last day up to `until` on which the map of units changed."""
    began = UnitVersion.objects.annotate(began=Func("in_force", function="lower"))
    found = began.filter(began__lte=until).aggregate(last=Max("began"))["last"]
    return found or until


def _next(month_and_day: str, today: date) -> date:
    month, day = map(int, month_and_day.split("-"))
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else later(this_year, 1)


def _read() -> Iterator[Template]:
    for path in sorted(FILES.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield Template(path.stem.partition("-")[2], content)
