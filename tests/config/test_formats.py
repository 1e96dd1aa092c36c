"""Days and numbers, read and written as people here do; Django's own `vi` gets them wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Engine
from django.utils import formats, timezone
from django.utils.translation import override

BOTH = pytest.mark.parametrize("language", ["vi", "en"])


def shown(template: str, **context: object) -> str:
    engine = Engine(
        libraries={"l10n": "django.templatetags.l10n", "i18n": "django.templatetags.i18n"}
    )
    return engine.from_string(template).render(Context(context))


@BOTH
@pytest.mark.parametrize("text", ["03/04/2026", "03-04-2026", "3/4/2026", "2026-04-03"])
def test_the_day_stands_before_the_month(language: str, text: str) -> None:
    with override(language):
        assert forms.DateField().clean(text) == date(2026, 4, 3)


@BOTH
def test_the_last_day_of_a_year_is_a_day(language: str) -> None:
    with override(language):
        assert forms.DateField().clean("31/12/2026") == date(2026, 12, 31)


@BOTH
@pytest.mark.parametrize("text", ["12/31/2026", "31/12/26", "31.12.2026", "29/02/2026"])
def test_what_could_be_another_day_is_refused(language: str, text: str) -> None:
    with override(language), pytest.raises(ValidationError):
        forms.DateField().clean(text)


@BOTH
def test_days_and_times_are_written_from_the_small_to_the_large(language: str) -> None:
    at = datetime(2026, 4, 3, 8, 5, tzinfo=timezone.get_default_timezone())

    with override(language):
        assert formats.date_format(at, "SHORT_DATE_FORMAT") == "03/04/2026"
        assert formats.date_format(at, "SHORT_DATETIME_FORMAT") == "08:05 03/04/2026"
        assert formats.time_format(at) == "08:05"
        assert forms.DateTimeField().clean("08:05 03/04/2026") == at
        assert forms.DateField().widget.format_value(date(2026, 4, 3)) == "03/04/2026"


@pytest.mark.parametrize(
    ("language", "day", "moment", "month"),
    [
        ("vi", "03/04/2026", "08:05 03/04/2026", "tháng 4/2026"),
        ("en", "3 April 2026", "08:05, 3 April 2026", "April 2026"),
    ],
)
def test_long_forms(language: str, day: str, moment: str, month: str) -> None:
    at = datetime(2026, 4, 3, 8, 5, tzinfo=timezone.get_default_timezone())

    with override(language):
        assert shown("{{ at.date }}", at=at) == day
        assert shown("{{ at }}", at=at) == moment
        assert formats.date_format(at, "YEAR_MONTH_FORMAT") == month


@pytest.mark.parametrize(
    ("language", "million", "percent", "small"),
    [("vi", "1.234.567", "89,42", "-0,50"), ("en", "1,234,567", "89.42", "-0.50")],
)
def test_numbers(language: str, million: str, percent: str, small: str) -> None:
    with override(language):
        assert shown("{{ n }}", n=1_234_567) == million
        assert shown("{{ n }}", n=999) == "999"
        assert shown("{{ n }}", n=Decimal("89.42")) == percent
        assert shown("{{ n|floatformat:2 }}", n=Decimal("-0.5")) == small
        assert forms.IntegerField(localize=True).clean(million) == 1_234_567
        assert forms.DecimalField(localize=True).clean(percent) == Decimal("89.42")


@BOTH
def test_a_year_and_an_id_can_be_shown_without_dots(language: str) -> None:
    with override(language):
        assert shown("{% load l10n %}{{ year|unlocalize }}", year=2026) == "2026"


@BOTH
def test_the_week_begins_on_monday(language: str) -> None:
    with override(language):
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


def test_the_day_is_that_of_viet_nam() -> None:
    # 20:00 in London is 03:00 of the next day in Hà Nội.
    at = datetime(2026, 4, 2, 20, 0, tzinfo=UTC)

    assert timezone.get_default_timezone_name() == "Asia/Ho_Chi_Minh"
    assert timezone.localdate(at) == date(2026, 4, 3)
    with override("vi"):
        assert shown("{{ at }}", at=at) == "03:00 03/04/2026"
