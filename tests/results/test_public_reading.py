"""What is hidden shows nowhere: no page, file or reply depends on it.

A world with late sheets, sheets set aside and three releases is published twice. The second time
all that no release may tell is another: what was said on sheets that wait, that are set aside,
in answers too few to be shown and to questions withheld, and which few sheets are set aside.
Whoever reads everything reads the same. So all that is shown follows from released rows and from
counts of sheets received; what released rows tell is the attacker's to say (test_attacker.py).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
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
from surveys.models import Campaign, Channel, Response, Unit
from tests import make
from tests.results.public_reading import (
    TELLS_NO_FIGURE,
    Reading,
    Stranger,
    differing,
    public_views,
)

pytestmark = pytest.mark.django_db

THRESHOLD = 4
NOW = timezone.make_aware(datetime(2026, 12, 31, 12))  # noqa: DTZ001 - made aware here
OCTOBER, NOVEMBER = date(2026, 10, 20), date(2026, 11, 5)
KIOSK, PHONE, ASSISTED = Channel.KIOSK, Channel.PHONE, Channel.ASSISTED

# Per release the sheets that come: unit, number, day, channel. The last are too few, at the
# nation even, and never published.
ROUNDS = (
    (("4", 9, NOVEMBER, KIOSK), ("4", 8, OCTOBER, PHONE), ("5", 6, NOVEMBER, KIOSK)),
    (("4", 4, OCTOBER, KIOSK), ("6", 8, NOVEMBER, KIOSK), ("5", 2, NOVEMBER, PHONE)),
    (("4", 4, OCTOBER, PHONE), ("6", 5, NOVEMBER, PHONE), ("5", 2, NOVEMBER, KIOSK)),
)
LEFT = (("6", 2, NOVEMBER, ASSISTED), ("2", 2, OCTOBER, KIOSK), ("1", 1, NOVEMBER, KIOSK))


LIVE_ASIDE = """
(SELECT sum(late.n)::integer FROM results_total AS late
  WHERE late.unit_id = received.unit_id AND late.standing = 1 AND late.period = 0)
"""


class Country:
    """A nation, two provinces and three communes, published in three releases.

    `other`: all that is hidden is another.
    """

    def __init__(self, *, other: bool = False) -> None:
        self.other = other
        self.chance = random.Random(7)  # noqa: S311 - a made-up world
        units = {
            "1": make.nation(),
            "2": make.province("Một", code="2"),
            "3": make.province("Hai", code="3"),
        }
        for code, parent in (("4", "2"), ("5", "2"), ("6", "3")):
            units[code] = make.commune(f"Số {code}", code=code, parent=units[parent])
        self.units: Mapping[str, Unit] = units
        self.campaign = make.campaign(
            slug="dot",
            opens_on=date(2026, 10, 1),
            channels=["kiosk", "phone"],
            threshold=THRESHOLD,
            publication=Campaign.Publication.DAILY,
        )
        self.rare = 0

    def live(self) -> None:
        """Let three releases come and go."""
        for number, sheets in enumerate(ROUNDS):
            last = number == len(ROUNDS) - 1
            came = [sheet for some in sheets for sheet in self.take(*some)]
            if number == 0:
                self.say_otherwise(came[:1])
                make.set_aside(came[0])
            if last:
                left = [sheet for some in LEFT for sheet in self.take(*some)]
                self.say_otherwise(left)
                if self.other:
                    make.set_aside(left[2])
            refresh(self.campaign, clock=lambda: NOW)
            releases.publish(self.campaign, now=NOW, closed=last, final=last)
            if last and self.other:
                self._turn_withheld()
            freeze_newest(self.campaign)
        if self.other:
            # Too late and too few to leave the figures.
            make.set_aside(came[0])
            refresh(self.campaign, clock=lambda: NOW)

    def take(self, unit: str, n: int, day: date, channel: Channel) -> list[Response]:
        return [
            make.response(
                self.campaign, self.units[unit], self._values(unit), on=day, channel=channel
            )
            for _ in range(n)
        ]

    def _values(self, unit: str) -> dict[str, Any]:
        codes = ("c01", "c02", "c03", "p1")
        values: dict[str, Any] = {code: self.chance.randint(1, 2) for code in codes}
        values |= {code: self.chance.randint(1, 5) for code in codes[:3]}
        if unit == "5":
            # All are dissatisfied with c02, so it is withheld there.
            values["c02"] = 1
            # A fact that only two are asked about waits for good.
            self.rare += 1
            values |= {"f1": 1 + self.other} if self.rare < 3 else {}
        return values

    def say_otherwise(self, sheets: list[Response]) -> None:
        if not self.other:
            return
        edition = self.campaign.questionnaire.parsed()
        values = {"c01": 5, "c02": 2, "c03": 3, "p1": 1, "f1": None, "m1": None}
        for sheet in sheets:
            sheet.answers = encode(edition, values)
            sheet.save()

    def _turn_withheld(self) -> None:
        """Let all have said the opposite where a unit's counts are withheld."""
        edition = self.campaign.questionnaire.parsed()
        rows = ReleasedTotal.objects.filter(campaign=self.campaign)
        withheld = {row.unit_id: row.withheld for row in rows if row.withheld}
        c02 = list(edition.questions).index("c02")
        assert c02 in withheld[self.units["5"].pk]
        for row in rows.filter(unit__in=withheld):
            for number in withheld[row.unit_id]:
                column = edition.columns_of[list(edition.questions)[number]][0]
                levels = slice(column.offset, column.offset + len(column.question.options))
                row.counts[levels] = row.counts[levels][::-1]
            rows.filter(pk=row.pk).update(counts=row.counts)

    def stranger(self, *, in_full: str) -> Stranger:
        codes = [self.units[number].code for number in "123456"]
        contents = ("tiep_can", "c01", "c02", "c03")
        return Stranger(
            self.campaign, codes, contents, [self.units[number].code for number in in_full]
        )


def read_twice(read: Callable[[Country], Reading]) -> tuple[Reading, Reading]:
    """Return what is read of a country, and if all that is hidden were another."""
    found = []
    for other in (False, True):
        with transaction.atomic():
            country = Country(other=other)
            country.live()
            found.append(read(country))
            transaction.set_rollback(True)
    return found[0], found[1]


def test_the_stranger_reads_every_address_that_can_tell_a_figure() -> None:
    views = public_views()

    assert set(Country().stranger(in_full="5").addresses()) == views.keys() - TELLS_NO_FIGURE.keys()
    silent = {name: module for name, module in views.items() if name in TELLS_NO_FIGURE}
    assert silent.keys() == TELLS_NO_FIGURE.keys()
    assert {name for name, module in silent.items() if module.startswith("results.")} == {
        "/api/v1/^[\\s\\S]*$"
    }


def test_nothing_hidden_shows_anywhere(size: Callable[[int, int], int]) -> None:
    in_full = "541236"[: size(1, 6)]

    first, second = read_twice(lambda country: country.stranger(in_full=in_full).read())

    assert len(first) > 60
    assert differing(first, second) == []


FAULTS = (
    # A count of sheets set aside that is seconds old.
    (
        (public_rows, "SHEETS", "coalesce(aside.n, 0)", LIVE_ASIDE),
        "/api/v1/campaigns/dot/units/2/children",
    ),
    # Counts though all of few agreed: on a unit's page, across units, in what is frozen.
    (
        (
            public_rows,
            "RELEASED",
            "total.withheld || coalesce(headline.withheld, '{}')",
            "'{}'::int[]",
        ),
        "/ket-qua/dot/5/",
    ),
    (
        (
            public_rows,
            "COUNTS",
            "total.withheld || coalesce(headline.withheld, '{}')",
            "'{}'::int[]",
        ),
        "/ket-qua/dot/2/noi-dung/c02/",
    ),
    (
        (slices, "ROWS", "total.withheld || coalesce(headline.withheld, '{}')", "'{}'::int[]"),
        "/ket-qua/dot/cong-bo/3/tep/figures/2.csv",
    ),
    # Sheets that were set aside, one by one.
    (
        (released_sheets, "SHEETS", "aside.reversed_at IS NULL", "false"),
        "/ket-qua/dot/cong-bo/3/tep/microdata/2.csv",
    ),
)


def test_a_page_or_file_that_shows_what_is_hidden_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for (module, name, part, instead), _ in FAULTS:
        assert part in getattr(module, name)
        monkeypatch.setattr(module, name, getattr(module, name).replace(part, instead))
    pages = ("results:unit", "results:content", "results_api:children", "results:release_file")

    first, second = read_twice(lambda country: country.stranger(in_full="").read(*pages))

    assert {address for _, address in FAULTS} <= set(differing(first, second))
