"""Lines as a file for SPSS, with labels for variables and for codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from results.downloads import sav_format
from results.downloads.lines import HEADER, Line, cells
from results.downloads.sav_format import Value, Variable
from surveys.models import Tier

STATUSES = ("published", "pending", "suppressed")
KINDS = ("index", "factor", "criterion", "level", "question", "option")
NEVER = datetime(2000, 1, 1)  # noqa: DTZ001 - the file's time has no zone


def sav_file(lines: Sequence[Line], *, title: str) -> bytes:
    variables = _variables()
    rows = [
        [_coded(variable, value) for variable, value in zip(variables, cells(line), strict=True)]
        for line in lines
    ]
    as_of = max((line.summary.as_of for line in lines if line.summary.as_of), default=None)
    made = timezone.localtime(as_of) if as_of else NEVER
    return sav_format.sav_file(variables, rows, title=title, made=made)


def _coded(variable: Variable, value: Value) -> Value:
    codes = {"tier": list(Tier.values), "status": STATUSES, "figure": KINDS}.get(variable.name)
    if codes is not None:
        return codes.index(str(value)) + 1
    if variable.name in {"simulated", "distinguishable"} and value is not None:
        return int(value == "true")
    return value


def _variables() -> list[Variable]:
    known = {variable.name: variable for variable in _described()}
    return [known[name] for name in HEADER]


def _described() -> list[Variable]:
    kinds = (
        *(_("index"), _("factor"), _("criterion"), _("answer level")),
        *(_("question"), _("option")),
    )
    tiers = [str(label) for label in Tier.labels]
    statuses = (_("Published"), _("Not yet published"), _("Not enough sheets"))
    return [
        Variable("campaign", _("Campaign"), text=True),
        Variable("simulated", _("Made-up figures"), words={0: _("no"), 1: _("yes")}),
        Variable("part", _("Month or channel"), text=True),
        Variable("release", _("Release")),
        Variable("as_of", _("As of"), text=True),
        Variable("parent_code", _("Code of the unit above"), text=True),
        Variable("unit_code", _("Unit code"), text=True),
        Variable("unit_name", _("Unit"), text=True),
        Variable("tier", _("Tier"), words=dict(enumerate(tiers, start=1))),
        Variable("status", _("Status"), words=dict(enumerate(statuses, start=1))),
        Variable("figure", _("What the line says"), words=dict(enumerate(kinds, start=1))),
        Variable("code", _("Code of the factor or question"), text=True),
        Variable("title", _("Words"), text=True),
        Variable("position", _("Position of the level or option")),
        Variable("n", _("Sheets, or answers of this level or option")),
        Variable("percent", _("Percent"), decimals=2),
        Variable("low", _("Lower end of the 95% interval"), decimals=2),
        Variable("high", _("Upper end of the 95% interval"), decimals=2),
        Variable("n_valid", _("Valid answers")),
        Variable("n_missing", _("Without an answer")),
        Variable("band", _("Class"), text=True),
        *_described_ranks(),
        Variable("n_set_aside", _("Sheets shown as set aside")),
        Variable("index_with_set_aside", _("Index with the sheets set aside"), decimals=2),
        Variable("at_least", _("Of a share that is not shown: at least so many percent")),
        Variable("at_most", _("Of a share that is not shown: at most so many percent")),
    ]


def _described_ranks() -> list[Variable]:
    return [
        Variable("rank", _("Rank among units of the same tier and parent")),
        Variable("rank_of", _("Number of units ranked")),
        Variable("rank_best", _("Best possible rank")),
        Variable("rank_worst", _("Worst possible rank")),
        Variable("previous", _("Index in the previous campaign"), decimals=2),
        Variable("change", _("Change since then, in points"), decimals=2),
        Variable("change_ranks", _("Places gained since then")),
        Variable(
            "distinguishable", _("Change is more than chance"), words={0: _("no"), 1: _("yes")}
        ),
        Variable("all_rank", _("Rank among all units of the same tier")),
        Variable("all_rank_of", _("Number of all units of the tier ranked")),
        Variable("all_rank_best", _("Best possible rank among all of the tier")),
        Variable("all_rank_worst", _("Worst possible rank among all of the tier")),
    ]
