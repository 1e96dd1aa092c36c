"""One-time tickets on slips of paper, to be cut and handed out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.print.typesetting import qr_code, typeset


def ticket_slips_pdf(
    codes: Sequence[str],
    *,
    counter: str,
    day: date,
    address: Callable[[str], str],
    language: str = "vi",
) -> bytes:
    """Return A4 pages of slips, 21 a page, each with a ticket's code and QR code.

    Slips carry no number: a ticket cannot be told from another but by its code.

    Args:
        codes: the tickets, in the order they are printed.
        counter: the name of the counter they are for, as people know it.
        day: the day on which they are handed out and good.
        address: a ticket's code → the full address its QR code opens.

    Raises:
        CannotPrint: a name or code has a letter that the typeface lacks.
        ValueError: there is no ticket.
    """
    if not codes:
        raise ValueError("no tickets to print")
    with override(language):
        values = {
            "language": language,
            "title": _("Tickets of a counter"),
            "words": {
                "qr": _("QR code of the ticket"),
                "headline": _("Please rate the service"),
                "how": _("Scan the code, or type the ticket’s code into the form. Good once."),
                "place": f"{counter} · {date_format(day, 'SHORT_DATE_FORMAT')}",
            },
            "slips": [{"code": code, "qr": qr_code(address(code))} for code in codes],
        }
    return typeset("ticket-slips.typ", values)
