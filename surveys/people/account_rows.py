"""A file of new accounts, row by row: who, with which role, where, until when."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.bulk import table_templates
from surveys.bulk.response_file import FaultList, inspect, refusal
from surveys.models import Campaign, Unit
from surveys.people.account_making import WantedAccount, WantedRole, end_of
from surveys.rights.acts import Role
from surveys.rights.reach import Reach
from surveys.rights.roles import Rights

COLUMNS = ("username", "full_name", "email", "role", "unit_code", "campaign", "until")
NEEDED = COLUMNS[:5]
# Each gets a mail and four rows of the log while its maker waits.
MOST_ROWS = 200
LONGEST = 150


def read(path: Path, rights: Rights, reach: Reach) -> list[WantedAccount]:
    """Return the accounts of a CSV file.

    Raises:
        ImportRefused: the file cannot be read, or rows are wrong; names row, column and reason.
    """
    inspect(path)
    text = io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")
    reader, reading = csv.reader(text, strict=True), _Reading(rights, reach)
    try:
        header = _header(next(reader, []))
        rows = (cells for cells in reader if any(cell.strip() for cell in cells))
        for number, cells in enumerate(rows, start=1):
            if number > MOST_ROWS:
                words = _("At most %(max)d rows are taken at once.") % {"max": MOST_ROWS}
                raise refusal(reader.line_num, words)
            reading.take(reader.line_num, header, cells)
    except csv.Error as error:
        words = _("This is no CSV: %(error)s") % {"error": error}
        raise refusal(reader.line_num, words) from error
    reading.faults.raise_if_any()
    if not reading.found:
        raise refusal(2, _("The file has no row below its header."))
    return reading.found


def _header(cells: Sequence[str]) -> list[str]:
    """Return the names of the columns; one misspelt would give roles without its limit."""
    names = [cell.strip().lower() for cell in cells]
    if missing := [name for name in NEEDED if names.count(name) != 1]:
        reason = _("The columns %(names)s are needed, each once.")
        raise refusal(1, reason % {"names": ", ".join(missing)})
    if strange := [name for name in names if name not in COLUMNS or names.count(name) > 1]:
        reason = _("These columns are not known, or there twice: %(names)s.")
        raise refusal(1, reason % {"names": ", ".join(f"“{name}”" for name in strange)})
    return names


class _Reading:
    """One file on its way to accounts; what it asks of the database is asked once."""

    def __init__(self, rights: Rights, reach: Reach) -> None:
        self.rights = rights
        self.faults, self.found = FaultList(), list[WantedAccount]()
        self.taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
        of_today = Unit.objects.filter(in_force__contains=reach.today)
        rows = reach.at_units(of_today, unit="pk", with_campaigns=True)
        self.units = dict(rows.values_list("code", "pk"))
        self.campaigns: Mapping[str, Campaign] = {row.slug: row for row in reach.campaigns()}

    def take(self, line: int, header: Sequence[str], cells: Sequence[str]) -> None:
        """Take a row, or note what is wrong with it."""
        if len(cells) != len(header):
            words = _("The row has %(found)d cells, the header %(expected)d.")
            numbers = {"found": len(cells), "expected": len(header)}
            self.faults.add(line, "", words % numbers)
            return
        tidy = (unicodedata.normalize("NFC", cell).strip() for cell in cells)
        row = dict(zip(header, tidy, strict=True))
        wrong = list(self._faults(row))
        for column, reason in wrong:
            self.faults.add(line, column, reason)
        if wrong:
            return
        name, role = row["username"], _role(row["role"])
        slug, until = row.get("campaign", ""), row.get("until", "")
        first = WantedRole(
            role or Role.VIEWER,
            self.units[row["unit_code"].lower()],
            self.campaigns.get(slug),
            end_of(date.fromisoformat(until)) if until else None,
        )
        if role is None or not self.rights.may_grant(
            first.role, first.unit_id, first.campaign, first.ends_at
        ):
            self.faults.add(line, "role", _("You cannot give more than you have yourself."))
            return
        self.taken.add(name.lower())
        self.found.append(WantedAccount(name, row["full_name"], row["email"], first))

    def _faults(self, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for column in COLUMNS:
            text = row.get(column, "")
            if len(text) > LONGEST or not text.isprintable():
                words = _("longer than %(most)d characters, or with one nobody can see")
                yield column, words % {"most": LONGEST}
        yield from self._faults_of_person(row)
        if _role(row.get("role", "")) is None:
            roles = ", ".join(f"{role.value} ({role.label})" for role in Role)
            yield "role", _("One of: %(roles)s") % {"roles": roles}
        if row.get("unit_code", "").lower() not in self.units:
            yield "unit_code", _("There is no such unit where you manage accounts.")
        if (slug := row.get("campaign", "")) and slug not in self.campaigns:
            yield "campaign", _("There is no campaign of this name among yours.")
        if until := row.get("until", ""):
            try:
                over = date.fromisoformat(until) < timezone.localdate(self.rights.now)
            except ValueError:
                yield "until", _('"%(text)s" is no day (2026-04-30)') % {"text": until}
            else:
                if over:
                    yield "until", _("This day is over.")

    def _faults_of_person(self, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        name, email = row.get("username", ""), row.get("email", "")
        try:
            User.username_validator(name)
        except ValidationError:
            yield "username", _("Letters, digits and . - _ without marks, such as ha.thu.nguyen")
        if name.lower() in self.taken:
            yield "username", _("This name is taken.")
        if not row.get("full_name"):
            yield "full_name", _("a name is needed")
        if email:
            try:
                validate_email(email)
            except ValidationError:
                yield "email", _("This is no e-mail address.")


def _role(text: str) -> Role | None:
    """Return the role of a name, as the log has it or as the page calls it."""
    wanted = text.casefold()
    return next((r for r in Role if wanted in {r.value, str(r.label).casefold()}), None)


def template() -> bytes:
    """Return an XLSX to fill in, with what each column means on its second sheet."""
    widths = dict(zip(COLUMNS, (24, 28, 30, 16, 12, 18, 14), strict=True))
    return table_templates.template(
        _("Accounts"), _("How to fill in"), widths, meanings(), rows=MOST_ROWS
    )


def meanings() -> Sequence[tuple[str, str]]:
    """Return every column of a file with what it means."""
    roles = "; ".join(f"{role.value}: {role.label}" for role in Role)
    return [
        ("username", _("Account name: letters, digits and . - _ without marks.")),
        ("full_name", _("Full name of the person; one account is for one person.")),
        ("email", _("Where the link is sent. Empty: hand it over yourself.")),
        ("role", _("One of: %(roles)s") % {"roles": roles}),
        ("unit_code", _("Code of the unit, with its leading zeros; those below belong to it.")),
        ("campaign", _("Short name of the only campaign it holds for. Empty: all.")),
        ("until", _("Last day, YYYY-MM-DD. Empty: until it is taken back.")),
    ]
