"""Why a number changed: the figures of a unit in two frozen releases, side by side."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from results.bundles.shelf import FrozenRelease
from results.models import BundleFile
from results.reading.figures import in_language
from surveys.models import CampaignUnit
from surveys.questionnaires.codebook import Edition

Row = Mapping[str, str]


@dataclass(frozen=True)
class Changed:
    """A figure before and after; None where there is or was none."""

    code: str
    title: str
    is_criterion: bool
    before: Decimal | None
    after: Decimal | None

    @property
    def points(self) -> Decimal | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True)
class Changes:
    """A unit in two releases; `n_before`, `n_after` are None where it had no figures."""

    n_before: int | None
    n_after: int | None
    figures: tuple[Changed, ...]
    # Both were made by the same method from the same questionnaire.
    same_rules: bool
    # The modules that decide what a figure is were the same.
    same_program: bool

    @property
    def n_new(self) -> int:
        return (self.n_after or 0) - (self.n_before or 0)


def changes(place: CampaignUnit, old: FrozenRelease, new: FrozenRelease) -> Changes:
    """Return the headline figures of a unit in two releases of its campaign."""
    path = f"figures/{_chunk_code(place)}.csv"
    before, after = (_row(release, path, place.code) for release in (old, new))
    rules = ("questionnaire", "method", "threshold", "channels")
    return Changes(
        n_before=int(before["n"]) if before else None,
        n_after=int(after["n"]) if after else None,
        figures=tuple(_figures(place.campaign.questionnaire.parsed(), before, after)),
        same_rules=all(old.manifest[key] == new.manifest[key] for key in rules),
        same_program=_arithmetic(old) == _arithmetic(new),
    )


def _arithmetic(release: FrozenRelease) -> str:
    found: str = release.manifest["code"]["arithmetic_sha256"]
    return found


def _chunk_code(place: CampaignUnit) -> str:
    chunk = CampaignUnit.objects.get(campaign=place.campaign, unit=place.chunk_id)
    return chunk.code


def _row(release: FrozenRelease, path: str, code: str) -> Row | None:
    try:
        file = release.bundle.files.select_related("blob").get(path=path)
    except BundleFile.DoesNotExist:
        return None
    text = bytes(file.blob.content).decode()
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if (row["unit_code"], row["period"], row["channel"]) == (code, "0", "0"):
            return row
    return None


def _figures(edition: Edition, before: Row | None, after: Row | None) -> Iterator[Changed]:
    def changed(code: str, title: str, *, is_criterion: bool = False) -> Changed:
        return Changed(code, title, is_criterion, _value(before, code), _value(after, code))

    yield changed("index", "")
    for section in edition.factors:
        yield changed(section.code, in_language(section.title))
        for question in section.criteria:
            yield changed(question.code, in_language(question.text), is_criterion=True)


def _value(row: Row | None, code: str) -> Decimal | None:
    text = row.get(code, "") if row else ""
    return Decimal(text) if text else None
