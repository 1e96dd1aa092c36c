"""What is hidden shows nowhere: no page, file or reply depends on it.

A world with late sheets, sheets set aside and three releases is published twice. The second time
all that no release may tell is another: what was said on sheets that wait, that are set aside,
in answers too few to be shown and to questions withheld, and which few sheets are set aside.
Whoever reads everything reads the same. So all that is shown follows from released rows and from
counts of sheets received; what released rows tell is the attacker's to say (test_attacker.py).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from results.bundles import released_sheets, slices
from results.bundles.freeze import freeze_newest
from results.counting.refresh import refresh
from results.models import ReleasedTotal
from results.reading import public_rows
from results.releasing import releases
from surveys.answering.answers import encode
from surveys.models import Campaign, Channel, Response, Tier, Unit
from tests import make
from tests.results.public_reading import Reading, Stranger, differing, names

pytestmark = pytest.mark.django_db

THRESHOLD = 4
NOW = timezone.make_aware(datetime(2026, 12, 31, 12))  # noqa: DTZ001 - made aware here
OCTOBER, NOVEMBER = date(2026, 10, 20), date(2026, 11, 5)
KIOSK, PHONE, ASSISTED = Channel.KIOSK, Channel.PHONE, Channel.ASSISTED

# Per release the sheets that come: unit, number, day, channel. In the end three of the headline
# are left, too few for the nation even.
ROUNDS = (
    (("4", 9, NOVEMBER, KIOSK), ("4", 8, OCTOBER, PHONE), ("5", 6, NOVEMBER, KIOSK)),
    (("4", 3, OCTOBER, KIOSK), ("6", 8, NOVEMBER, KIOSK), ("5", 2, NOVEMBER, PHONE)),
    (
        *(("4", 2, OCTOBER, PHONE), ("6", 5, NOVEMBER, PHONE), ("5", 2, NOVEMBER, KIOSK)),
        *(("6", 2, NOVEMBER, ASSISTED), ("6", 2, NOVEMBER, KIOSK), ("2", 2, OCTOBER, KIOSK)),
        ("1", 1, NOVEMBER, KIOSK),
    ),
)


class Country:
    """A nation, two provinces, three communes, and what came of them so far."""

    def __init__(self) -> None:
        self.chance = random.Random(7)  # noqa: S311 - a made-up world
        units = {"1": make.nation(), "2": make.province("Một"), "3": make.province("Hai")}
        for code, parent in (("4", "2"), ("5", "2"), ("6", "3")):
            units[code] = make.unit(f"Xã {code}", tier=Tier.COMMUNE, parent=units[parent])
        self.units: Mapping[str, Unit] = units
        self.campaign = make.campaign(
            slug="dot",
            opens_on=date(2026, 10, 1),
            channels=["kiosk", "phone"],
            threshold=THRESHOLD,
            publication=Campaign.Publication.DAILY,
        )
        self.waiting: dict[tuple[str, bool], list[Response]] = defaultdict(list)
        self.rare: list[Response] = []
        self.published: list[Response] = []

    def take(self, unit: str, n: int, day: date, channel: Channel) -> None:
        for _ in range(n):
            values = self.values(unit)
            # A fact that only two are asked about waits for good.
            if unit == "5" and len(self.rare) < 2:
                values["f1"] = 1
            sheet = make.response(self.campaign, self.units[unit], values, on=day, channel=channel)
            self.waiting[unit, channel == ASSISTED].append(sheet)
            self.rare += [sheet] if "f1" in values else []

    def values(self, unit: str) -> dict[str, Any]:
        level = self.chance.randint
        # All of commune 5 are dissatisfied with c02, so it is withheld there.
        low = 1 if unit == "5" else level(1, 5)
        return {"c01": level(1, 5), "c02": low, "c03": level(1, 5), "p1": level(1, 2)}

    def publish(self, *, last: bool) -> None:
        refresh(self.campaign, clock=lambda: NOW)
        releases.publish(self.campaign, now=NOW, closed=last, final=last)

    def forget_published(self) -> None:
        for sheets in self.waiting.values():
            if len(sheets) >= THRESHOLD:
                self.published += sheets
                sheets.clear()

    def hidden(self) -> list[Response]:
        """Return the sheets that the next release does not take in."""
        return [s for sheets in self.waiting.values() if len(sheets) < THRESHOLD for s in sheets]

    def change_hidden(self) -> None:
        """Let everybody who is hidden have said something else, and set two others aside."""
        edition = self.campaign.questionnaire.parsed()
        other = {"c01": 1, "c02": 5, "c03": 1, "p1": 1}
        for sheet in self.hidden():
            sheet.answers = encode(edition, {"f1": None, "m1": None, **other})
            sheet.save()
        position = edition.columns_of["f1"][0].position
        for sheet in self.rare:
            sheet.answers = f"{sheet.answers[:position]}2{sheet.answers[position + 1 :]}"
            sheet.save()
        make.set_aside(self.hidden()[0])
        make.set_aside(self.published[-1])

    def change_withheld(self) -> None:
        """Let all have said the opposite where a unit's counts are withheld."""
        edition = self.campaign.questionnaire.parsed()
        rows = ReleasedTotal.objects.filter(campaign=self.campaign)
        withheld = {row.unit_id: row.withheld for row in rows if row.withheld}
        assert withheld
        for row in rows.filter(unit__in=withheld):
            for number in withheld[row.unit_id]:
                column = edition.columns_of[list(edition.questions)[number]][0]
                levels = slice(column.offset, column.offset + len(column.question.options))
                row.counts[levels] = row.counts[levels][::-1]
            rows.filter(pk=row.pk).update(counts=row.counts)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def read_twice(
    country: Country, read: Callable[[], Reading], *, last: bool
) -> tuple[Reading, Reading]:
    """Return what is read after a release, and if all that is hidden were another."""
    with undone():
        country.publish(last=last)
        freeze_newest(country.campaign)
        first = read()
    with undone():
        country.change_hidden()
        country.publish(last=last)
        country.change_withheld()
        freeze_newest(country.campaign)
        return first, read()


def stranger(country: Country, files_of: int) -> Stranger:
    codes = [country.units[number].code for number in "123456"]
    contents = ("tiep_can", "c01", "c02", "c03")
    return Stranger(country.campaign, codes, contents, codes[4 : 4 + files_of] or codes)


def at_the_last_release() -> Country:
    country = Country()
    for number, sheets in enumerate(ROUNDS):
        if number:
            country.publish(last=False)
            freeze_newest(country.campaign)
            country.forget_published()
        for some in sheets:
            country.take(*some)
        if number == 0:
            make.set_aside(country.waiting["4", False][0])
    return country


def test_the_stranger_reads_every_address_there_is() -> None:
    assert set(stranger(Country(), 1).addresses()) == names() - {"results_api:None"}


def test_nothing_hidden_shows_anywhere(size: Callable[[int, int], int]) -> None:
    country = at_the_last_release()

    first, second = read_twice(country, stranger(country, size(1, 0)).read, last=True)

    assert len(first) > 60
    assert differing(first, second) == []


FIGURES = ("results:unit", "results:content", "results_api:unit", "results:release_file")


@pytest.mark.parametrize(
    ("module", "name", "part", "instead"),
    [
        # A count of sheets set aside that is seconds old.
        (public_rows, "SHEETS", "coalesce(aside.n, 0)", "received.aside"),
        # Counts though all of few agreed, on pages and in files.
        (public_rows, "RELEASED", "coalesce(headline.withheld, '{}')", "'{}'"),
        (slices, "ROWS", "total.withheld ||", ""),
        # Sheets one by one whatever was released of them.
        (released_sheets, "SHEETS", "sheet.unit_id = ANY (%(units)s)", "%(units)s IS NOT NULL"),
    ],
)
def test_a_page_that_shows_what_is_hidden_is_found(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, part: str, instead: str
) -> None: ...
