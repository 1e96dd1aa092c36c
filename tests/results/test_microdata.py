"""Single sheets are given away only where nobody can be told from a crowd."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from results.bundles.freeze import files_of
from results.bundles.microdata import Sheet, coarse_enough
from results.counting import refresh
from results.models import Release, ReleasedTotal
from results.releasing import releases
from surveys.models import Campaign, Channel, Response, Unit
from tests import make

values = st.sampled_from(["", "1", "2"])
sheets = st.builds(
    Sheet,
    who=st.tuples(
        st.sampled_from(["202611", "202612"]), st.sampled_from(["kiosk", "phone"]), values, values
    ),
    answers=st.sampled_from("12345-"),
)


@given(given_sheets=st.lists(sheets, max_size=30), threshold=st.integers(3, 6))
def test_everybody_stands_in_a_crowd_and_nobody_is_lost(
    given_sheets: list[Sheet], threshold: int
) -> None:
    result = coarse_enough(given_sheets, threshold)

    crowds = Counter(sheet.who for sheet in result)
    assert all(n >= threshold for n in crowds.values())
    expected = len(given_sheets) if len(given_sheets) >= threshold else 0
    assert len(result) == expected
    if result:
        assert Counter(s.answers for s in result) == Counter(s.answers for s in given_sheets)


@given(given_sheets=st.lists(sheets, min_size=6, max_size=12), data=st.data())
def test_the_order_says_nothing(given_sheets: list[Sheet], data: st.DataObject) -> None:
    other = data.draw(st.permutations(given_sheets))

    assert coarse_enough(given_sheets, 3) == coarse_enough(other, 3)


def test_what_holds_stays() -> None:
    crowd = [Sheet(("202611", "kiosk", str(i % 2), "9"), str(i)) for i in range(6)]

    assert {sheet.who for sheet in coarse_enough(crowd, 3)} == {sheet.who for sheet in crowd}


def test_a_rare_profile_goes_before_the_month_and_the_channel() -> None:
    crowd = [Sheet(("202611", "kiosk", "1"), str(i)) for i in range(4)]
    crowd += [Sheet(("202612", "phone", "1" if i else "2"), str(i)) for i in range(4)]

    found = {sheet.who for sheet in coarse_enough(crowd, 3)}

    assert found == {("202611", "kiosk", ""), ("202612", "phone", "")}


# ---- with releases

MEN, WOMEN = {"p1": 1}, {"p1": 2}


def world(*numbers: int) -> tuple[Campaign, list[Unit]]:
    """Return a closed campaign and its communes, the n-th with as many sheets of men and women."""
    top = make.province("Thái Nguyên", code="19")
    units = [make.commune(f"Xã {i}", parent=top, code=f"0550{i}") for i in range(len(numbers))]
    campaign = make.campaign(slug="dot", threshold=3)
    for unit, number in zip(units, numbers, strict=True):
        answer(campaign, unit, number)
    return campaign, units


def answer(campaign: Campaign, unit: Unit, number: int, *, on: date = make.DAY) -> None:
    # What all of few agree on is not given.
    men = {"c01": 5, "c02": 2, "c03": 3, "f1": 1, "m1": [1]} | MEN
    women = {"c01": 1, "c02": 4, "c03": 5, "f1": 2, "m1": [2]} | WOMEN
    for i in range(number):
        make.response(campaign, unit, men if i % 2 else women, on=on)


def final_files(campaign: Campaign) -> dict[str, bytes]:
    refresh.refresh(campaign, clock=timezone.now)
    releases.publish(campaign, now=timezone.now(), closed=True)
    release = Release.objects.filter(campaign=campaign).latest("number")
    release.final = True
    release.campaign = campaign
    return files_of(release)


def rows_of(files: dict[str, bytes]) -> list[dict[str, str]]:
    text = files.get("microdata/19.csv", b"").decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.django_db
def test_only_the_last_release_gives_sheets() -> None:
    campaign, _units = world(6)
    refresh.refresh(campaign, clock=timezone.now)
    release = Release.objects.latest("number")

    assert not [path for path in files_of(release) if path.startswith("microdata/")]
    assert len(rows_of(final_files(campaign))) == 6


@pytest.mark.django_db
def test_a_sheet_says_no_office_day_or_id() -> None:
    campaign, _units = world(6)

    files = final_files(campaign)

    first = rows_of(files)[0]
    assert list(first) == ["province", "month", "channel", "p1", "c01", "c02", "c03", "f1", "m1"]
    assert (first["province"], first["month"], first["channel"]) == ("19", "202611", "kiosk")
    assert (first["c01"], first["m1"]) == ("5", "1")
    content = files["microdata/19.csv"].decode()
    assert not [
        str(key) for key in Response.objects.values_list("id", flat=True) if str(key) in content
    ]
    assert "05500" not in content
    assert make.DAY.isoformat() not in content


@pytest.mark.django_db
def test_sheets_that_are_not_published_are_not_given() -> None:
    """Two late sheets of a unit wait; so all of its sheets stay, and nobody's profile is given."""
    campaign, units = world(6, 8)
    refresh.refresh(campaign, clock=timezone.now)
    answer(campaign, units[0], 2)
    refresh.refresh(campaign, clock=timezone.now)
    release = Release.objects.latest("number")
    release.final, release.campaign = True, campaign

    rows = rows_of(files_of(release))

    assert len(rows) == 8
    assert {row["p1"] for row in rows} == {""}


@pytest.mark.django_db
def test_a_month_is_said_only_where_it_is_published() -> None:
    """One sheet of December is published with November's; the difference would show it."""
    december = make.DAY + timedelta(days=30)
    campaign, units = world(6, 0)
    answer(campaign, units[0], 1, on=december)
    answer(campaign, units[1], 8, on=december)

    rows = rows_of(final_files(campaign))

    published = dict(
        ReleasedTotal.objects.filter(campaign=campaign, unit__code="19", channel=0).values_list(
            "period", "n"
        )
    )
    by_month = Counter(row["month"] for row in rows)
    assert published[0] == len(rows) == 15
    assert by_month["202612"] == published[202612] == 8


@pytest.mark.django_db
def test_a_sheet_set_aside_is_not_given() -> None:
    campaign, units = world(8, 8)
    make.set_aside(Response.objects.filter(unit=units[0]).order_by("id")[0])

    rows = rows_of(final_files(campaign))

    assert len(rows) == 15


@pytest.mark.django_db
@pytest.mark.parametrize(("late", "told"), [(0, True), (2, False)])
def test_what_all_of_few_agree_on_is_not_told_by_the_sheets_of_some(
    late: int, *, told: bool
) -> None:
    """Of two communes that withhold c02 together one takes part: its sheets alone would say it."""
    campaign, units = world(0, 0, 0)
    for unit, rating in zip(units, (1, None, None), strict=True):
        for i in range(8):
            values = dict.fromkeys(("c01", "c02", "c03"), 1 + (i + unit.pk) % 5)
            make.response(campaign, unit, values | ({"c02": rating} if rating else {}))
    refresh.refresh(campaign, clock=timezone.now)
    withheld = {
        row.unit_id: row.withheld
        for row in ReleasedTotal.objects.filter(campaign=campaign, period=0, channel=0)
        if row.withheld and row.unit.code.startswith("0550")
    }
    assert units[0].pk in withheld
    assert len(withheld) == 2
    company = next(unit for unit in units if unit.pk in withheld and unit != units[0])
    answer(campaign, company, late)
    refresh.refresh(campaign, clock=timezone.now)
    release = Release.objects.latest("number")
    release.final, release.campaign = True, campaign

    rows = rows_of(files_of(release))

    assert len(rows) == (24 if told else 16)
    assert any(row["c02"] for row in rows) is told
    assert any(row["c03"] for row in rows)


@pytest.mark.django_db
def test_channels_outside_the_headline_are_not_given() -> None:
    campaign, units = world(6)
    for _ in range(4):
        make.response(campaign, units[0], {"c01": 1}, channel=Channel.ASSISTED)

    assert len(rows_of(final_files(campaign))) == 6
