"""Where the files of a unit are."""

from __future__ import annotations

from typing import NamedTuple

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from results.downloads.formats import FORMATS
from results.reading.parts import PART, part_code
from results.showing.pages import UnitPage

register = template.Library()


class Link(NamedTuple):
    address: str
    title: str | Promise
    hint: str | Promise


@register.simple_tag
def download_links(page: UnitPage) -> list[Link]:
    """Return a link to each file of the unit, or of the month or channel that the page shows."""
    unit = [page.campaign.slug, page.summary.unit.code]
    part = part_code(page.period, page.channel)
    query = f"?{PART}={part}" if part else ""
    links = [
        Link(reverse("results:unit_file", args=[*unit, one.address]) + query, one.title, one.hint)
        for one in FORMATS
    ]
    if part:  # the API says nothing of parts
        return links
    return [
        *links,
        Link(reverse("results:unit_json", args=unit), "JSON", _("as the API says it")),
    ]
