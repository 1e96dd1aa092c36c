"""The CSV of answer sheets: what each column may hold, and what is wrong with a cell.

A cell is read through a dictionary of what its column has held before, so that a file of a
million sheets takes seconds; only a row with a fault is looked at again, to say what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from operator import itemgetter

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys.answering.answers import AnswersError, encode
from surveys.models import Campaign, CampaignUnit, Channel
from surveys.questionnaires.editions import NOT_ASKED, Edition
from surveys.submissions import seconds_band

UNIT, DAY, CHANNEL, SECONDS, ID = "unit_code", "answered_on", "channel", "seconds", "id"
FACTS = (UNIT, DAY, CHANNEL, SECONDS, ID)
REQUIRED = (UNIT, DAY, CHANNEL)

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.I)
POSITION = re.compile(r"[1-9][0-9]?")
SECONDS_TAKEN = re.compile(r"[0-9]{1,7}")


class BadCell(ValueError):
    """A cell does not hold what its column takes; the message says why, in the language in use."""


class Cells(dict[str, str]):
    """What the cells of one column mean, remembered."""

    # More different cells than this (times, free choice of many options) are read each time.
    REMEMBERED = 10_000

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> str:
        value = self._read(text.strip())
        if len(self) < self.REMEMBERED:
            self[text] = value
        return value


class SheetColumns:
    """The columns of a file, from its header row, for one campaign.

    `faults` holds (column, reason) for what is wrong with the header; only without any may
    rows be read.
    """

    def __init__(
        self,
        campaign: Campaign,
        header: Sequence[str],
        *,
        today: date,
        units: QuerySet[CampaignUnit] | None = None,
        channels: Collection[Channel] = tuple(Channel),
    ) -> None:
        self.names = [name.strip() for name in header]
        edition = campaign.questionnaire.parsed()
        self.faults = list(_header_faults(self.names, edition))
        if self.faults:
            return
        self._cells = {
            UNIT: Cells(
                _unit_reader(CampaignUnit.objects.filter(campaign=campaign), allowed=units)
            ),
            DAY: Cells(_day_reader(campaign, today)),
            CHANNEL: Cells(_channel_reader(channels)),
            SECONDS: Cells(_seconds_band if SECONDS in self.names else _always("0")),
            ID: Cells(_id if ID in self.names else _always("")),
        }
        # The dots of questions without a column go before the next answer, or to the end.
        dots = ""
        for code, columns in edition.columns_of.items():
            if code in self.names:
                self._cells[code] = Cells(_answer_reader(edition, code, dots))
                dots = ""
            else:
                dots += NOT_ASKED * len(columns)
        self._last_dots = dots
        # What a row has no cell for is read from an empty one put behind it.
        place = {name: at for at, name in enumerate(self.names)}
        self._pick = itemgetter(*(place.get(name, -1) for name in self._cells))
        self._readers = list(self._cells.values())

    def read(self, row: list[str]) -> tuple[str, str, str, str, str, str]:
        """Return unit id, day, channel, band of seconds, id ("" if none) and answers of a row.

        The row gets an empty cell more.

        Raises:
            BadCell: see `row_faults`.
        """
        row.append("")
        unit, day, channel, band, pk, *answers = [
            cells[text] for cells, text in zip(self._readers, self._pick(row), strict=True)
        ]
        return unit, day, channel, band, pk, "".join(answers) + self._last_dots

    def row_faults(self, row: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield (column, reason) for each cell of a row that cannot be read."""
        for name, text in zip(self.names, row, strict=False):
            try:
                self._cells[name][text]
            except BadCell as fault:
                yield name, str(fault)


def _header_faults(names: Sequence[str], edition: Edition) -> Iterator[tuple[str, str]]:
    for name in REQUIRED:
        if name not in names:
            yield name, _("The column is missing.")
    for place, name in enumerate(names):
        question = edition.questions.get(name)
        if not name:
            yield str(place + 1), _("The column has no name.")
        elif name in names[:place]:
            yield name, _("The column stands twice in the file.")
        elif name not in FACTS and question is None:
            yield name, _("The questionnaire has no question with this code.")
        elif question is not None and question.kind == "text":
            yield name, _("Free text is not imported; please take this column out of the file.")
    if not set(names).intersection(edition.columns_of):
        yield "", _("The file has no column with answers.")


def _always(value: str) -> Callable[[str], str]:
    return lambda _text: value


def _unit_reader(
    tree: QuerySet[CampaignUnit], *, allowed: QuerySet[CampaignUnit] | None
) -> Callable[[str], str]:
    units = dict(tree.values_list("code", "unit_id"))
    own = set(units if allowed is None else allowed.values_list("code", flat=True))

    def read(text: str) -> str:
        if text in own:
            return str(units[text])
        if text in units:
            raise BadCell(
                _('You may not import sheets of the unit "%(code)s".') % {"code": _shown(text)}
            )
        # Spreadsheets turn 01 into 1 and 00004 into 4.
        for length in (2, 3, 5):
            if text and (padded := text.zfill(length)) in units:
                raise BadCell(
                    _('There is no unit "%(code)s". Codes keep their leading zeros: "%(padded)s"?')
                    % {"code": _shown(text), "padded": padded}
                )
        raise BadCell(
            _('There is no unit with the code "%(code)s" in this campaign.')
            % {"code": _shown(text)}
        )

    return read


def _day_reader(campaign: Campaign, today: date) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        # fromisoformat also reads 20261101 and week days.
        if day is None or day.isoformat() != text:
            raise BadCell(
                _('"%(text)s" is no day. Please write days as YYYY-MM-DD.') % {"text": _shown(text)}
            )
        if not campaign.opens_on <= day <= campaign.closes_on:
            raise BadCell(
                _("%(day)s is not within the open days, %(first)s to %(last)s.")
                % {"day": day, "first": campaign.opens_on, "last": campaign.closes_on}
            )
        if day > today:
            raise BadCell(_("%(day)s is in the future.") % {"day": day})
        return text

    return read


def _channel_reader(allowed: Collection[Channel]) -> Callable[[str], str]:
    values = {channel.code: str(channel.value) for channel in Channel if channel in allowed}

    def read(text: str) -> str:
        if text in values:
            return values[text]
        fault = _('There is no channel "%(text)s"; the channels are %(channels)s.')
        if text in (channel.code for channel in Channel):
            fault = _(
                'Sheets of the channel "%(text)s" cannot be imported here, only %(channels)s.'
            )
        raise BadCell(fault % {"text": _shown(text), "channels": ", ".join(values)})

    return read


def _seconds_band(text: str) -> str:
    if text and not SECONDS_TAKEN.fullmatch(text):
        raise BadCell(_('"%(text)s" is no whole number of seconds.') % {"text": _shown(text)})
    return str(seconds_band(int(text) if text else None))


def _id(text: str) -> str:
    if not UUID4.fullmatch(text):
        raise BadCell(_('"%(text)s" is no UUID of version 4.') % {"text": _shown(text)})
    return text


def _answer_reader(edition: Edition, code: str, before: str) -> Callable[[str], str]:
    columns = edition.columns_of[code]
    multiple = edition.questions[code].kind == "multiple"

    def read(text: str) -> str:
        value = _positions(text) if multiple else _position(text)
        try:
            answers = encode(edition, {code: value})
        except AnswersError as error:
            raise BadCell(f'"{_shown(text)}": {error.faults[code]}') from error
        return before + answers[columns[0].position : columns[-1].position + 1]

    return read


def _position(text: str) -> int | str | None:
    if not text:
        return None
    return int(text) if POSITION.fullmatch(text) else text


def _positions(text: str) -> Sequence[int] | str | None:
    parts = text.split(";")
    if not text or not all(POSITION.fullmatch(part) for part in parts):
        return text or None
    return [int(part) for part in parts]


def _shown(text: str) -> str:
    """Return a cell as a message may quote it."""
    return text if len(text) <= 40 else f"{text[:40]}…"
