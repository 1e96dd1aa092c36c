"""Figures others published, from a CSV file → rows; the same file again changes nothing."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from results.models import PublishedIndex

SHIPPED = Path(__file__).parent / "data" / "published_indices.csv"

# What names a figure (its unique constraint), and what else the file says of it.
KEY = ("year", "index_name", "unit_level", "unit_name", "value", "source")
REST = ("unit_of_value", "rank", "of", "quote")


class FileRefused(ValueError):
    """Nothing was loaded; the message names the line and what is wrong there."""


@dataclass(frozen=True)
class LoadReport:
    """How many figures a load made, changed and left as they were."""

    new: int
    changed: int
    unchanged: int


def load_published_indices(path: Path = SHIPPED) -> LoadReport:
    """Store the figures of a file. Figures that are stored and not in the file stay.

    Args:
        path: UTF-8 CSV with the columns of KEY and REST, in any order.

    Raises:
        FileRefused: a column is missing or unknown, a figure stands twice or lacks its year,
            name, unit or source, or is longer than its column.
    """
    figures = _read(path)
    with transaction.atomic():
        stored = {_key(figure): figure for figure in PublishedIndex.objects.select_for_update()}
        new = [figure for key, figure in figures.items() if key not in stored]
        changed = []
        for key, figure in figures.items():
            known = stored.get(key)
            if known and any(getattr(known, name) != getattr(figure, name) for name in REST):
                figure.pk = known.pk
                changed.append(figure)
        PublishedIndex.objects.bulk_create(new)
        PublishedIndex.objects.bulk_update(changed, REST)
    return LoadReport(len(new), len(changed), len(figures) - len(new) - len(changed))


def _key(figure: PublishedIndex) -> tuple[object, ...]:
    return tuple(getattr(figure, name) for name in KEY)


def _read(path: Path) -> dict[tuple[object, ...], PublishedIndex]:
    figures: dict[tuple[object, ...], PublishedIndex] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if sorted(rows.fieldnames or []) != sorted(KEY + REST):
                raise FileRefused(
                    _("%(path)s: the header must be %(columns)s.")
                    % {"path": path, "columns": ",".join(KEY + REST)}
                )
            for row in rows:
                figure = _figure(row, f"{path}:{rows.line_num}")
                if _key(figure) in figures:
                    raise FileRefused(
                        _("%(place)s: this figure stands twice in the file.")
                        % {"place": f"{path}:{rows.line_num}"}
                    )
                figures[_key(figure)] = figure
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileRefused(f"{path}: {error}") from error
    return figures


def _figure(row: dict[str, str], place: str) -> PublishedIndex:
    # DictReader puts cells beyond the header under None, and None into missing cells.
    if None in row or None in row.values():
        raise FileRefused(_("%(place)s: too many or too few cells.") % {"place": place})
    figure = PublishedIndex(**{name: text.strip() for name, text in row.items()})
    try:
        figure.clean_fields()
    except ValidationError as error:
        faults = "; ".join(
            f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()
        )
        raise FileRefused(f"{place}: {faults}") from error
    if not figure.value and not figure.rank:
        raise FileRefused(_("%(place)s: neither a value nor a rank.") % {"place": place})
    return figure
