"""Administrative units and agencies, dated: what existed when, under which name and parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date


class Tier(models.TextChoices):
    NATION = "nation", _("nation")
    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")
    AGENCY = "agency", _("agency")


class Unit(models.Model):
    """A territory or an agency while its extent is the same.

    Codes are reused: 3,316 of the 3,321 commune codes of 2025-07-01 were in use before, more
    than half of them under another name. So a code names a unit only together with a day.
    """

    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    code = models.CharField(_("code"), max_length=20)
    # Half-open, as PostgreSQL stores it: the first day is in, the last day is out.
    in_force = DateRangeField(_("in force"))
    opened_by = models.CharField(_("opened by (law)"), max_length=200, blank=True)
    closed_by = models.CharField(_("closed by (law)"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            ExclusionConstraint(
                name="a_code_names_one_unit_a_day",
                # The code first: most units are communes, so that the tier tells few apart.
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("tier", RangeOperators.EQUAL),
                    ("in_force", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="a_unit_exists_for_some_day",
                condition=Q(in_force__isempty=False) & Q(in_force__startswith__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.get_tier_display()})"


class UnitVersionQuerySet(models.QuerySet["UnitVersion"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(in_force__contains=day)


class UnitVersion(models.Model):
    """What was true of a unit from one day until the day before another: name, type, parent."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="versions", verbose_name=_("unit"))
    parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("parent")
    )
    name = models.CharField(_("name"), max_length=200)
    full_name = models.CharField(_("full name"), max_length=200)
    # Tỉnh, Thành phố, Quận, Huyện, Thị xã, Phường, Xã, Thị trấn, Đặc khu, Sở …
    type = models.CharField(_("type"), max_length=30)
    in_force = DateRangeField(_("in force"))
    law = models.CharField(_("legal basis"), max_length=200, blank=True)
    # Made from the names by surveys.units.search_keys, so that every PostgreSQL, with ICU or
    # without, gives Vietnamese order and finds "ha noi".
    sort_key = models.CharField(max_length=1000, editable=False, db_collation="C")
    search_key = models.TextField(editable=False)

    objects = UnitVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit version")
        verbose_name_plural = _("unit versions")
        constraints = [
            ExclusionConstraint(
                name="a_unit_has_one_version_a_day",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("in_force", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="a_version_is_in_force_for_some_day",
                condition=Q(in_force__isempty=False) & Q(in_force__startswith__isnull=False),
            ),
            models.CheckConstraint(
                name="no_unit_is_its_own_parent", condition=~Q(parent=F("unit"))
            ),
        ]
        indexes = [GinIndex(name="search_units", fields=["search_key"], opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.full_name


class Succession(models.Model):
    """One link from a unit that ended to one that began the same day."""

    class Kind(models.TextChoices):
        SAME = "same", _("one to one")
        WHOLE = "whole", _("all of it, with others")
        PEOPLE_ALL = "people_all", _("all people, part of the land")
        LAND_ONLY = "land_only", _("land without people")
        PART = "part", _("part of land and people")

    old = models.ForeignKey(
        Unit, models.PROTECT, related_name="successions", verbose_name=_("old unit")
    )
    new = models.ForeignKey(
        Unit, models.PROTECT, related_name="predecessions", verbose_name=_("new unit")
    )
    on = models.DateField(_("on"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    law = models.CharField(_("legal basis"), max_length=200, blank=True)
    people_share = models.DecimalField(
        _("share of people"), max_digits=7, decimal_places=6, null=True, blank=True
    )
    share_source = models.CharField(_("source of the share"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(fields=["old", "new", "on"], name="a_link_is_said_once"),
            models.CheckConstraint(name="no_unit_succeeds_itself", condition=~Q(old=F("new"))),
            models.CheckConstraint(
                name="a_known_share_of_people_fits_its_kind",
                condition=Q(people_share__isnull=True)
                | Q(kind="part", people_share__gt=0, people_share__lt=1) & ~Q(share_source="")
                | Q(kind__in=["same", "whole", "people_all"], people_share=1)
                | Q(kind="land_only", people_share=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new} ({self.get_kind_display()})"
