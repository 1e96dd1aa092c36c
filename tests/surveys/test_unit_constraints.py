"""What the tables of units refuse by themselves (their triggers: test_guards)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DataError, IntegrityError, transaction
from psycopg.types.range import Range

from surveys.models import Succession, Tier, Unit, UnitVersion
from tests import make

pytestmark = pytest.mark.django_db

Kind = Succession.Kind


@pytest.mark.parametrize(
    "in_force",
    [
        Range(date(2025, 7, 1), None),
        Range(date(2024, 1, 1), date(2025, 7, 2)),
        Range(date(2026, 1, 1), date(2026, 1, 2)),
    ],
)
def test_a_code_names_one_unit_of_a_tier_a_day(in_force: Range[date]) -> None:
    make.province(code="19")

    with pytest.raises(IntegrityError, match="a_code_names_one_unit_a_day"):
        Unit.objects.create(tier=Tier.PROVINCE, code="19", in_force=in_force)


def test_a_code_is_used_again_the_day_its_unit_ends_and_in_another_tier() -> None:
    make.unit(code="19", since=date(2024, 1, 1), until=make.MAP_BEGAN)

    make.unit(code="19", since=make.MAP_BEGAN)
    make.unit(code="19", tier=Tier.AGENCY)

    assert Unit.objects.filter(code="19").count() == 3


@pytest.mark.parametrize(
    "in_force", [Range(empty=True), Range(date(2026, 1, 1), date(2026, 1, 1)), Range(None, None)]
)
def test_a_unit_and_a_version_exist_for_some_day(in_force: Range[date]) -> None:
    unit = make.province()

    with pytest.raises(IntegrityError, match="a_unit_exists_for_some_day"), transaction.atomic():
        Unit.objects.create(tier=Tier.PROVINCE, code="20", in_force=in_force)
    with pytest.raises(IntegrityError, match="a_version_is_in_force_for_some_day"):
        UnitVersion.objects.filter(unit=unit).update(in_force=in_force)


def test_days_that_end_before_they_begin_are_no_days() -> None:
    with pytest.raises(DataError):
        Unit.objects.create(
            tier=Tier.PROVINCE, code="19", in_force=Range(date(2026, 1, 2), date(2026, 1, 1))
        )


def test_a_unit_has_one_version_a_day() -> None:
    unit = make.province()

    with pytest.raises(IntegrityError, match="a_unit_has_one_version_a_day"):
        make.unit_version(unit, "Khác", in_force=Range(date(2026, 1, 1), None))


def test_no_unit_is_its_own_parent() -> None:
    unit = make.province()

    with pytest.raises(IntegrityError, match="no_unit_is_its_own_parent"):
        unit.versions.update(parent=unit)


def pair() -> tuple[Unit, Unit]:
    old = make.unit("Hà Giang", since=date(2024, 1, 1), until=make.MAP_BEGAN)
    return old, make.unit("Tuyên Quang", since=make.MAP_BEGAN)


def test_a_link_is_said_once() -> None:
    old, new = pair()
    Succession.objects.create(old=old, new=new, on=make.MAP_BEGAN, kind=Kind.WHOLE)

    with pytest.raises(IntegrityError, match="a_link_is_said_once"):
        Succession.objects.create(old=old, new=new, on=make.MAP_BEGAN, kind=Kind.PART)


def test_no_unit_succeeds_itself() -> None:
    old, _new = pair()

    with pytest.raises(IntegrityError, match="no_unit_succeeds_itself"):
        Succession.objects.create(old=old, new=old, on=make.MAP_BEGAN, kind=Kind.SAME)


SHARES = [
    (Kind.WHOLE, "1", "", True),
    (Kind.SAME, "0.5", "", False),
    (Kind.PEOPLE_ALL, "0", "", False),
    (Kind.LAND_ONLY, "0", "", True),
    (Kind.LAND_ONLY, "0.1", "", False),
    (Kind.PART, "0.25", "Nghị quyết 1683", True),
    (Kind.PART, "0.25", "", False),
    (Kind.PART, "1", "Nghị quyết 1683", False),
    (Kind.PART, None, "", True),
]


@pytest.mark.parametrize(("kind", "share", "source", "fits"), SHARES)
def test_a_share_of_people_fits_its_kind_and_a_part_has_a_source(
    kind: Kind, share: str | None, source: str, fits: bool
) -> None:
    old, new = pair()
    link = Succession(
        old=old, new=new, on=make.MAP_BEGAN, kind=kind, people_share=share, share_source=source
    )

    if fits:
        link.save()
        return
    with pytest.raises(IntegrityError, match="a_known_share_of_people_fits_its_kind"):
        link.save()
