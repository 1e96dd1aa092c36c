"""Commitments in the words of a report: what was promised, by whom, and what became of it."""

from __future__ import annotations

import unicodedata

from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from results.reading.commitment_lines import CommitmentLine, Gap
from results.showing.pages import UnitPage
from results.templatetags.figures import based, percent, signed

# Beside Latin letters and ASCII, what officials' keyboards write and the typeface has.
ALSO = set("“”‘’–—…·×°")
UNKNOWN = "?"


def commitments(page: UnitPage) -> list[dict[str, str]]:
    """Return the commitments on a page, each as criterion, words, who and when, and figures."""
    return [
        {
            "criterion": line.criterion,
            "what": printable(line.commitment.what),
            "said": " ".join(_said(line)),
            "figures": " ".join(_figures(line)),
        }
        for line in page.commitments
    ]


def printable(text: str) -> str:
    """Return free text with a question mark for each letter that the typeface may lack.

    Else one smiling face would keep the report of a unit from being made at all.
    """
    return "".join(
        char
        if char.isascii() or char in ALSO or unicodedata.name(char, "").startswith("LATIN ")
        else UNKNOWN
        for char in " ".join(unicodedata.normalize("NFC", text).split())
    )


def _said(line: CommitmentLine) -> list[str]:
    row = line.commitment
    said = [
        _("%(who)s answers for it, until %(until)s. Published on %(day)s, on “%(campaign)s”.")
        % {
            "who": printable(row.answers_for_it),
            "until": date_format(row.until, "SHORT_DATE_FORMAT"),
            "day": date_format(row.published_on, "SHORT_DATE_FORMAT"),
            "campaign": line.on.title_text,
        }
    ]
    if line.by:
        said.append(_("Made by %(name)s, which has become part of this unit.") % {"name": line.by})
    if row.withdrawn_on is not None:
        day = date_format(row.withdrawn_on, "SHORT_DATE_FORMAT")
        said += [_("Withdrawn on %(day)s:") % {"day": day}, printable(row.reason)]
    return said


def _figures(line: CommitmentLine) -> list[str]:
    then, now = line.then, line.now
    if then and now and line.points is not None:
        values = {
            "then": percent(then.percent),
            "then_interval": based(then),
            "now": percent(now.percent),
            "now_interval": based(now),
            "points": signed(line.points),
        }
        if line.distinguishable is None:
            return [
                _(
                    "Then %(then)s (%(then_interval)s), now %(now)s (%(now_interval)s): %(points)s"
                    " points; whether that is chance is not known."
                )
                % values
            ]
        if line.distinguishable:
            words = _(
                "Then %(then)s (%(then_interval)s), now %(now)s (%(now_interval)s): %(points)s"
                " points, <b>more than chance</b>."
            )
        else:
            words = _(
                "Then %(then)s (%(then_interval)s), now %(now)s (%(now_interval)s): %(points)s"
                " points, not more than chance."
            )
        return [strip_tags(words) % values]
    said = []
    if then:
        values = {"then": percent(then.percent), "then_interval": based(then)}
        said.append(_("Then %(then)s (%(then_interval)s).") % values)
    return [*said, _why(line.gap)]


def _why(gap: Gap | None) -> str:
    if gap is Gap.NOT_YET:
        return _("The figure of the next campaign will stand beside it.")
    if gap is Gap.OTHER_QUESTIONS:
        return _(
            "This campaign asked other questions or counted by other rules: the figures are not"
            " compared."
        )
    if gap is Gap.OTHER_GROUND:
        return _("The unit no longer covers the same people: the figures are not compared.")
    return _("One of the two figures is not published.")
