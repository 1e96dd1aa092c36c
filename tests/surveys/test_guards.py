"""What the database refuses, whoever writes: these rows are changed by SQL, past the code."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import Range

from surveys import migrations
from surveys.models import Campaign, Channel, Method, Questionnaire, Response, StaleCell
from tests import make

pytestmark = pytest.mark.django_db


SQL = Path(migrations.__path__[0]) / "sql"


def by_hand(statement: str, *values: Any) -> int:
    """Run and commit one statement, as in psql; return how many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        touched = int(cursor.rowcount)
        # What the commit would check.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return touched


OTHER = json.dumps({**make.EDITION, "title": {"vi": "Khác", "en": "Other"}})


# Editions and methods


def test_the_text_of_a_used_edition_is_frozen() -> None:
    make.campaign(opened=False)

    for change in ("definition = %s", "code = left(%s, 3)", "edition = length(%s)"):
        with pytest.raises(IntegrityError, match="edition tiny@1 is in use and cannot change"):
            by_hand(f"UPDATE surveys_questionnaire SET {change}", OTHER)  # noqa: S608 - own texts
    with pytest.raises(IntegrityError):
        by_hand("DELETE FROM surveys_questionnaire")

    assert Questionnaire.objects.get().definition == make.EDITION


def test_an_edition_nobody_uses_may_be_corrected() -> None:
    make.questionnaire()
    make.campaign(edition={**make.EDITION, "edition": 2})

    assert by_hand("UPDATE surveys_questionnaire SET definition = %s WHERE edition = 1", OTHER) == 1


def test_writing_a_used_edition_as_it_is_changes_nothing_and_is_let() -> None:
    make.campaign()

    assert by_hand("UPDATE surveys_questionnaire SET definition = definition") == 1


def test_a_used_method_is_frozen() -> None:
    make.campaign(opened=False)

    for change in ("definition = %s", "code = left(%s, 3)"):
        with pytest.raises(IntegrityError, match="method top2-pooled is in use and cannot change"):
            by_hand(f"UPDATE surveys_method SET {change}", OTHER)  # noqa: S608 - own texts

    assert Method.objects.get().definition == make.METHOD


def test_a_method_nobody_uses_may_be_corrected() -> None:
    make.method()

    assert by_hand("UPDATE surveys_method SET definition = %s", OTHER) == 1


# Campaigns


@pytest.mark.parametrize("simulated", [True, False])
@pytest.mark.parametrize("opened", [True, False])
def test_made_up_and_real_are_fixed_at_creation(simulated: bool, opened: bool) -> None:
    campaign = make.campaign(slug="dot-1", simulated=simulated, opened=opened)

    with pytest.raises(IntegrityError, match=r'campaign dot-1: "simulated" is fixed at creation'):
        by_hand("UPDATE surveys_campaign SET simulated = NOT simulated")

    campaign.refresh_from_db()
    assert campaign.simulated is simulated


FROZEN = [
    "questionnaire_id = (SELECT id FROM surveys_questionnaire WHERE edition = 2)",
    "method_id = (SELECT id FROM surveys_method WHERE code = 'mean5')",
    "tree_day = tree_day + 1",
    "scope = ARRAY['19']",
    "channels = ARRAY['phone']",
    "threshold = threshold + 1",
    "answers_pattern = '.*'",
    "answers_pattern = NULL",
]


@pytest.mark.parametrize("change", FROZEN)
def test_what_an_open_campaign_asks_and_of_whom_is_frozen(change: str) -> None:
    make.campaign(slug="dot-1")
    make.questionnaire({**make.EDITION, "edition": 2})
    make.method({**make.METHOD, "code": "mean5"})

    with pytest.raises(IntegrityError, match="campaign dot-1 is open: edition, method, tree day"):
        by_hand(f"UPDATE surveys_campaign SET {change}")  # noqa: S608 - own texts


@pytest.mark.parametrize("change", FROZEN[:-1])
def test_a_campaign_not_yet_open_may_be_corrected(change: str) -> None:
    make.campaign(opened=False)
    make.questionnaire({**make.EDITION, "edition": 2})
    make.method({**make.METHOD, "code": "mean5"})

    assert by_hand(f"UPDATE surveys_campaign SET {change}") == 1  # noqa: S608 - own texts


def test_days_title_and_publication_of_an_open_campaign_may_change() -> None:
    make.campaign()

    changed = by_hand(
        "UPDATE surveys_campaign SET closes_on = closes_on + 7,"
        " title = '{\"vi\": \"Khác\"}', publication = 'daily'"
    )

    assert changed == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("closes_on = opens_on - 1", "a_campaign_opens_before_it_closes"),
        ("threshold = 2", "a_threshold_hides_at_least_two"),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused(change: str, rule: str) -> None:
    make.campaign(opened=False)

    with pytest.raises(IntegrityError, match=rule):
        by_hand(f"UPDATE surveys_campaign SET {change}")  # noqa: S608 - own texts


def test_a_campaign_with_a_tree_is_not_deleted_by_hand() -> None:
    make.campaign()

    with pytest.raises(IntegrityError):
        by_hand("DELETE FROM surveys_campaign")

    assert Campaign.objects.exists()


# Sheets

INSERT = (
    "INSERT INTO surveys_response"
    " (id, campaign_id, unit_id, answered_on, channel, seconds_band, answers)"
    " VALUES (%s, %s, %s, %s, %s, 0, %s)"
)


def row(to: Campaign, about: int, answers: str = "15321011") -> Sequence[object]:
    return (uuid4(), to.pk, about, make.DAY, int(Channel.PAPER), answers)


def test_a_sheet_is_about_a_unit_of_its_campaigns_tree() -> None:
    commune = make.commune()
    campaign = make.campaign()
    stranger = make.commune("Đông Anh")
    assert by_hand(INSERT, *row(campaign, commune.pk)) == 1

    with pytest.raises(IntegrityError, match="a_sheet_is_about_a_unit_of_its_campaign"):
        by_hand(INSERT, *row(campaign, stranger.pk))
    with pytest.raises(IntegrityError, match="a_sheet_is_about_a_unit_of_its_campaign"):
        by_hand("UPDATE surveys_response SET unit_id = %s", stranger.pk)

    assert list(Response.objects.values_list("unit", flat=True)) == [commune.pk]


def test_a_unit_of_another_campaigns_tree_is_outside_too() -> None:
    make.commune()
    first = make.campaign()
    later = make.commune("Đông Anh")
    second = make.campaign()
    assert by_hand(INSERT, *row(second, later.pk)) == 1

    with pytest.raises(IntegrityError, match="a_sheet_is_about_a_unit_of_its_campaign"):
        by_hand(INSERT, *row(first, later.pk))


def test_a_unit_with_sheets_stays_in_the_tree() -> None:
    commune = make.commune()
    campaign = make.campaign()
    make.response(campaign, commune)

    with pytest.raises(IntegrityError, match="a_sheet_is_about_a_unit_of_its_campaign"):
        by_hand("DELETE FROM surveys_campaignunit WHERE unit_id = %s", commune.pk)


def test_one_misfit_among_many_sheets_refuses_all_and_is_named() -> None:
    commune = make.commune()
    campaign = make.campaign()
    misfit = row(campaign, commune.pk, "95321011")
    values = "(%s, %s, %s, %s, %s, 0, %s)"

    with pytest.raises(IntegrityError, match=f"the answers of sheet {misfit[0]} do not fit"):
        by_hand(
            f"{INSERT}, {values}, {values}",
            *row(campaign, commune.pk),
            *misfit,
            *row(campaign, commune.pk),
        )

    assert not Response.objects.exists()
    assert not StaleCell.objects.exists()


def test_a_change_by_hand_must_fit_too() -> None:
    commune = make.commune()
    make.response(make.campaign(), commune)

    with pytest.raises(IntegrityError, match="do not fit the edition of its campaign"):
        by_hand("UPDATE surveys_response SET answers = '........x'")


def test_each_sheet_is_held_against_its_own_campaign() -> None:
    commune = make.commune()
    tiny = make.campaign()
    shorter = {**make.EDITION, "code": "short", "sections": make.EDITION["sections"][:1]}
    short = make.campaign(edition=shorter)
    values = "(%s, %s, %s, %s, %s, 0, %s)"

    both = [*row(tiny, commune.pk, "15321011"), *row(short, commune.pk, "15")]
    assert by_hand(f"{INSERT}, {values}", *both) == 2
    with pytest.raises(IntegrityError, match="do not fit the edition of its campaign"):
        by_hand(INSERT, *row(short, commune.pk, "15321011"))


def test_a_sheet_is_set_aside_once_at_a_time() -> None:
    commune = make.commune()
    first = make.set_aside(make.response(make.campaign(), commune))

    with pytest.raises(IntegrityError, match="a_sheet_is_set_aside_once"), transaction.atomic():
        make.set_aside(first.response, rule="same_device")

    by_hand("UPDATE surveys_setaside SET reversed_at = now()")
    make.set_aside(first.response, rule="same_device")


# Units

SUCCESSION = (
    'INSERT INTO surveys_succession (old_id, new_id, "on", kind, law, share_source)'
    " VALUES (%s, %s, %s, 'whole', '', '')"
)


def test_a_succession_joins_an_end_to_a_beginning() -> None:
    nation = make.nation()
    old = make.unit("Hà Giang", since=date(2020, 1, 1), until=make.MAP_BEGAN, parent=nation)
    new = make.unit("Tuyên Quang", parent=nation)

    assert by_hand(SUCCESSION, old.pk, new.pk, make.MAP_BEGAN) == 1

    for on in ("2025-06-30", "2025-07-02"):
        with pytest.raises(IntegrityError, match="the old unit must end and the new one begin on"):
            by_hand('UPDATE surveys_succession SET "on" = %s', on)


@pytest.mark.parametrize("end", ["old", "new"])
def test_a_succession_of_a_unit_that_stays_is_refused(end: str) -> None:
    nation = make.nation()
    old = make.unit("Hà Giang", since=date(2020, 1, 1), until=make.MAP_BEGAN, parent=nation)
    new = make.unit("Tuyên Quang", parent=nation)
    other = make.unit("Thái Nguyên", since=date(2020, 1, 1), parent=nation)

    pair = {"old": old, "new": new, end: other}

    with pytest.raises(IntegrityError, match="the old unit must end"):
        by_hand(SUCCESSION, pair["old"].pk, pair["new"].pk, make.MAP_BEGAN)


def test_a_version_lies_within_the_days_of_its_unit() -> None:
    unit = make.province()

    with pytest.raises(IntegrityError, match="reaches beyond the days of its unit"):
        by_hand("UPDATE surveys_unitversion SET in_force = daterange('2025-06-30', NULL)")

    assert unit.versions.get().in_force == Range(make.MAP_BEGAN, None)


def test_the_guards_can_be_taken_down_and_put_up_again() -> None:
    def guards() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
            return {name for (name,) in cursor.fetchall()}

    before = guards()
    undo = (SQL / "0002_guards_undo.sql").read_text(encoding="utf-8")
    text = (SQL / "0002_guards.sql").read_text(encoding="utf-8")
    put_up = set(re.findall(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)", text))

    by_hand(undo)
    without = guards()
    by_hand(text)

    assert put_up
    assert put_up <= before
    assert without == before - put_up
    assert before == guards()
