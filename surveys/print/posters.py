"""Posters and table tents with the QR code of a counter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from surveys.print.typesetting import qr_code, typeset

# What is printed, and the template it is printed by.
SIZES = {"a4": "poster.typ", "a5": "poster.typ", "tent": "tent.typ"}


@dataclass(frozen=True)
class PosterPlace:
    """A counter as its poster shows it.

    `above` is the name of the unit above, empty under the nation; `path` leads from the site's
    address to the counter, such as /k/hu-3k7z/.
    """

    code: str
    name: str
    unit: str
    above: str
    path: str


@dataclass(frozen=True)
class Invitation:
    """What all posters of a campaign say alike.

    Args:
        site: the address of the site as people reach it, without a slash at the end.
        other_language: whether the form speaks English to those who read Vietnamese, or
            Vietnamese to those who read English.
    """

    site: str
    questions: int
    minutes: int
    closes_on: date
    printed_on: date
    simulated: bool
    other_language: bool


def poster_pdf(
    places: Sequence[PosterPlace],
    invitation: Invitation,
    *,
    size: str,
    language: str = "vi",
    progress: Callable[[int, int], None] | None = None,
) -> bytes:
    """Return one PDF with a page for each counter.

    Args:
        size: a key of SIZES: "a4", "a5", or "tent" for a table tent on A4.
        progress: called with (done, total) as the codes are drawn, which takes nearly all the
            time: 10 ms each, a page 1 ms.

    Raises:
        CannotPrint: a name has a letter that the typeface lacks.
    """
    with override(language):
        drawn = []
        for place in places:
            drawn.append(_drawn(place, invitation))
            if progress is not None:
                progress(len(drawn), len(places))
        values = {
            "language": language,
            "size": size,
            "title": _("Poster of a counter") if len(places) == 1 else _("Posters of counters"),
            "places": drawn,
            "words": _words(invitation, language),
        }
    return typeset(SIZES[size], values)


def _drawn(place: PosterPlace, invitation: Invitation) -> dict[str, str]:
    address = f"{invitation.site}{place.path}"
    unit = ", ".join(name for name in (place.unit, place.above) if name)
    return {
        "above": f"{place.name} · {unit}" if unit else place.name,
        "appeal": _appeal(place, invitation),
        "point": _("Counter %(code)s") % {"code": place.code},
        "address": _shown(address),
        "qr": qr_code(address),
    }


def _appeal(place: PosterPlace, invitation: Invitation) -> str:
    return ngettext(
        "Please give us %(minutes)d minute. Every answer counts in the satisfaction index of"
        " %(unit)s.",
        "Please give us %(minutes)d minutes. Every answer counts in the satisfaction index of"
        " %(unit)s.",
        invitation.minutes,
    ) % {"minutes": invitation.minutes, "unit": place.unit}


def _shown(address: str) -> str:
    """Return an address as people type it: without scheme and the last slash."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}".rstrip("/")


def _words(invitation: Invitation, language: str) -> dict[str, object]:
    other = "en" if language == "vi" else "vi"
    days = {
        "printed": date_format(invitation.printed_on, "SHORT_DATE_FORMAT"),
        "last": date_format(invitation.closes_on, "SHORT_DATE_FORMAT"),
    }
    return {
        "headline": _("Are you satisfied\nwith the service today?"),
        "qr": _("QR code that opens the survey:"),
        "scan": _("Scan the code to answer"),
        "steps": [
            (_("Open the camera or Zalo"), _("In Zalo, tap the sign for scanning a QR code.")),
            (
                _("Point it at the code"),
                _("Tap the link that appears. Nothing to install, no log-in."),
            ),
            (
                _("Choose how satisfied you are and send"),
                _("%(questions)d short questions. Skip any you do not want to answer.")
                % {"questions": invitation.questions},
            ),
        ],
        "trust": [
            (_("Anonymous"), _("It asks for no name, phone number or identity number.")),
            (
                _("Public"),
                _("Results are published at %(site)s.") % {"site": _shown(invitation.site)},
            ),
            (
                _("No phone?"),
                _("Please ask the staff for the tablet at the counter or for a paper form."),
            ),
        ],
        "other": _in_other_language(other) if invitation.other_language else "",
        "other-language": other,
        "dates": _("Printed on %(printed)s\nValid until %(last)s") % days,
        "folding": [
            _("Fold along the dashed lines, printed side out, so that this flap comes inside."),
            _("Glue this flap over the other: together they are the foot of the tent."),
        ],
        "trial": _("A trial: its figures are made up and judge no office.")
        if invitation.simulated
        else "",
    }


def _in_other_language(language: str) -> str:
    with override(language):
        return _("Scan to rate today’s service, in English too.")
