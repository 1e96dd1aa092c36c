"""Alerts of sheets that are given but not here: on kiosks that are silent, refused, on paper."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from results.watching.alert import Alert, grouped, some
from results.watching.monitoring import Watch
from surveys.kiosks.kiosk_lines import SILENT_HOURS
from surveys.submissions import LATE_FOR


def silent_kiosks(watch: Watch) -> Iterator[Alert]:
    silent = watch.kiosks.silent
    # After closing only what waits on them matters.
    if not silent or watch.is_over:
        return
    named = [
        f"{device.counter.name} ({device.counter.code})"
        for device, hours in watch.kiosks.worst
        if hours
    ]
    title = ngettext(
        "%(n)d kiosk has not been heard of for %(hours)d office hours or more",
        "%(n)d kiosks have not been heard of for %(hours)d office hours or more",
        silent,
    )
    said = _(
        "%(names)s. Sheets may wait there: call the office, have the tablet switched on and"
        " its network looked at. Never clear the browser's data."
    )
    yield Alert(
        "warning",
        is_serious=True,
        title=title % {"n": silent, "hours": SILENT_HOURS},
        said=said % {"names": some(named, of=silent)},
        address=_kiosks("silent"),
        link=_("See the kiosks"),
    )


def refused_sheets(watch: Watch) -> Iterator[Alert]:
    if n := watch.kiosks.refused:
        title = ngettext(
            "%(n)d kiosk holds sheets that were not taken",
            "%(n)d kiosks hold sheets that were not taken",
            n,
        )
        yield Alert(
            "warning",
            is_serious=True,
            title=title % {"n": n},
            said=_(
                "They are not counted. Look at its clock and version, save its queue to a file and"
                " have the operator find out why, before the tablet is reset."
            ),
            address=_kiosks("refused"),
            link=_("See the kiosks"),
        )


def waiting_sheets(watch: Watch) -> Iterator[Alert]:
    """Tell of sheets that do not get through; after closing of all, while they are taken."""
    until = watch.campaign.closes_on + LATE_FOR
    if watch.today > until:
        return
    said = _("Have the tablet switched on and its network looked at; it sends them by itself.")
    if watch.is_over:
        n = watch.kiosks.holding
        title = ngettext("Sheets wait on %(n)d kiosk", "Sheets wait on %(n)d kiosks", n)
        day = date_format(until, "SHORT_DATE_FORMAT")
        said = f"{said} {_('They are taken until %(day)s.') % {'day': day}}"
    else:
        n = watch.kiosks.stuck
        title = ngettext(
            "On %(n)d kiosk sheets have waited for two days or more",
            "On %(n)d kiosks sheets have waited for two days or more",
            n,
        )
    if n:
        yield Alert(
            "warning",
            is_serious=watch.is_over,
            title=title % {"n": n},
            said=said,
            address=_kiosks("waiting"),
            link=_("See the kiosks"),
        )


def open_batches(watch: Watch) -> Iterator[Alert]:
    """Tell of paper that lies about; after closing of every batch that is open."""
    paper = watch.paper
    if watch.is_over:
        n = paper.open
        title = ngettext(
            "%(n)d batch of paper sheets is still open",
            "%(n)d batches of paper sheets are still open",
            n,
        )
    else:
        n = paper.old
        title = ngettext(
            "%(n)d batch of paper sheets has been open for a week or more",
            "%(n)d batches of paper sheets have been open for a week or more",
            n,
        )
    if n:
        said = _(
            "Sheets count when their batch is closed; in all open batches %(keyed)s of %(all)s are"
            " keyed."
        )
        yield Alert(
            "warning",
            is_serious=False,
            title=title % {"n": n},
            said=said % {"keyed": grouped(paper.keyed), "all": grouped(paper.collected)},
            address=reverse("officials:batches"),
            link=_("See the batches"),
        )


def _kiosks(state: str) -> str:
    return f"{reverse('officials:kiosks')}?state={state}"


WAITING = (silent_kiosks, refused_sheets, waiting_sheets, open_batches)
