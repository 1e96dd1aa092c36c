"""Figures that others published, shown beside ours and never merged."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PublishedIndex(models.Model):
    """A figure somebody else published, with its source; shown beside ours, never mixed in."""

    year = models.PositiveSmallIntegerField(_("year"))
    index_name = models.CharField(_("index"), max_length=100)
    unit_level = models.CharField(_("level"), max_length=50)
    unit_name = models.CharField(_("unit"), max_length=200)
    value = models.CharField(_("value"), max_length=50, blank=True)
    unit_of_value = models.CharField(_("unit of the value"), max_length=100, blank=True)
    rank = models.CharField(_("rank"), max_length=50, blank=True)
    of = models.CharField(_("of"), max_length=50, blank=True)
    # An address, or the article where there is none.
    source = models.CharField(_("source"), max_length=500)
    quote = models.TextField(_("quotation"), blank=True)

    class Meta:
        verbose_name = _("published index")
        verbose_name_plural = _("published indices")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "index_name", "unit_level", "unit_name", "value", "source"],
                name="a_published_figure_is_kept_once",
            ),
            models.CheckConstraint(name="a_published_figure_has_a_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="a_published_figure_has_a_value_or_a_rank",
                condition=~Q(value="") | ~Q(rank=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index_name} {self.year} {self.unit_name}: {self.value}"
