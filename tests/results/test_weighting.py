"""Weighted figures of a sample survey: worked by hand, against the oracle, and as published."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from math import isclose
from pathlib import Path
from random import Random

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from results.arithmetic import indices
from results.arithmetic.indices import Figure
from results.arithmetic.scoring import scoring_of
from results.arithmetic.weighting import Part, PlannedMoments, collapsed
from results.bundles import verify_release
from results.counting import refresh
from results.downloads.xlsx_file import xlsx_file
from results.showing.pages import unit_page
from surveys.campaigns.campaign_tree import TreeError, open_campaign
from surveys.models import Campaign, PlanLine, Unit
from surveys.questionnaires.editions import Edition
from surveys.questionnaires.methods import Method
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in
from tests.results import forms, weighting_oracle
from tests.results.test_api import assert_described
from tests.results.test_bundles import files, frozen, packed, rows_of
from tests.results.weighting_oracle import Unit as Asked

ONE = forms.edition([["hai"]], others=False)
DESIGN = {**make.METHOD, "code": "top2-mau", "unit_weights": "DESIGN"}


def planned(form: Edition, by: Method, units: Sequence[Asked]) -> PlannedMoments:
    parts = tuple(
        Part(
            forms.moments(form, by, unit.sheets),
            len(unit.sheets),
            unit.people,
            ("19", unit.stratum) if unit.stratum else None,
        )
        for unit in units
    )
    return PlannedMoments(parts, len(form.factors))


def index(form: Edition, by: Method, units: Sequence[Asked]) -> Figure:
    return indices.index(planned(form, by, units), scoring_of(by, form), sheets=0)


def test_units_asked_in_any_case_are_strata_of_sheets() -> None:
    """docs/method.md section 10, first example: by hand, with the formula of a stratified mean.

    300 people by 3 sheets, 2 satisfied; 100 people by 4 sheets, 1 satisfied. W = 3/4 and 1/4:
    R = 3/4 · 2/3 + 1/4 · 1/4; s² = 1/3 and 1/4; v = W²·s²/n added up = 9/16 · 1/9 + 1/16 · 1/16.
    """
    found = index(ONE, forms.method(ONE), [Asked(["2", "2", "1"], 300), Asked([*"2111"], 100)])

    assert found.ratio == Fraction(9, 16)
    assert isclose(float(found.variance or 0), 17 / 256)
    assert (found.freedom, found.n, found.n_missing) == (5, 7, 0)
    assert isclose(float(found.size or 0), 400**2 / (3 * 100**2 + 4 * 25**2))


def test_units_drawn_from_a_stratum_are_its_pieces() -> None:
    """docs/method.md section 10, second example: three units, all, half and none satisfied.

    Their shares of the error are 1/6, 0 and -1/6: v = 3/2 · (1/36 + 1/36).
    """
    units = [Asked([*sheets], 100, "đô thị") for sheets in ("22", "21", "11")]

    found = index(ONE, forms.method(ONE), units)

    assert found.ratio == Fraction(1, 2)
    assert isclose(float(found.variance or 0), 1 / 12)
    assert found.freedom == 2


def test_equal_weights_give_the_ratio_of_all_sheets() -> None:
    form = forms.edition([["nam", "nam"], ["ba"]], others=False)
    by, sheets = forms.method(form), ["541", "2-3", "?51", "453", "1.2", "333"]
    alike = [Asked(sheets[:2], 20), Asked(sheets[2:], 40)]

    together = indices.index(forms.moments(form, by, sheets), scoring_of(by, form), sheets=6)

    assert index(form, by, alike).percent == together.percent


@pytest.mark.parametrize("rule", ["TOP2", "MEAN_0_100", "MEAN5"])
@pytest.mark.parametrize("weights", [(), ("1/3", "2/3")])
@pytest.mark.parametrize("strata", [("", "", ""), ("a", "a", "a"), ("a", "", "a")])
def test_it_is_what_the_oracle_finds_sheet_by_sheet(
    rule: str, weights: Sequence[str], strata: Sequence[str]
) -> None:
    form = forms.edition([["nam", "nam"], ["nam"]], others=False)
    by, chance = forms.method(form, rule, weights), Random(f"{rule}{weights}{strata}")  # noqa: S311 - made-up answers
    units = [
        Asked(["".join(chance.choices("12345-", k=3)) for _ in range(n)], people, stratum)
        for n, people, stratum in zip((5, 8, 4), (70, 900, 310), strata, strict=True)
    ]

    found = index(form, by, units)
    ratio, variance, freedom = weighting_oracle.index(units, form, by)

    assert found.ratio == ratio
    least = ratio * (1 - ratio) / (2 * (found.size or 1)) if rule == "TOP2" else 0
    assert isclose(float(found.variance or 0), float(max(variance, least)), rel_tol=1e-9)
    assert found.freedom == freedom


def test_a_stratum_of_one_unit_joins_another() -> None:
    a, b, c, d = ("19", "a"), ("19", "b"), ("19", "c"), ("25", "a")
    assert collapsed({a: [1.0, 2.0], b: [3.0]}) == [[1.0, 2.0, 3.0]]
    assert collapsed({a: [1.0, 2.0], b: [3.0], c: [4.0]}) == [[1.0, 2.0], [3.0, 4.0]]
    assert collapsed({a: [1.0] * 3, b: [2.0] * 2, d: [3.0]}) == [[1.0] * 3, [2.0, 2.0, 3.0]]
    alone = index(ONE, forms.method(ONE), [Asked([*"2211"], 100, "b")])
    assert (alone.percent, alone.low, alone.high) == (Fraction(50), None, None)


def test_sheets_all_alike_have_the_interval_of_so_many_sheets() -> None:
    found = index(ONE, forms.method(ONE), [Asked([*"222"], 300), Asked([*"2222"], 100)])
    assert (found.percent, found.variance, found.high) == (Fraction(100), Fraction(0), 100.0)
    assert 40 < (found.low or 0) < 60  # 4.9 sheets of equal weight; of 7 it were 65


def test_nothing_planned_is_shown_no_index() -> None:
    assert index(ONE, forms.method(ONE), []).percent is None


# As it is published.

PLAN = [("05500", "Đô thị", 3000), ("05501", "Đô thị", 1000), ("05502", "", 500)]
RATINGS = {
    "05500": [5, 5, 4, 2],
    "05501": [1, 2, 5, 3],
    "05502": [4, 4, 1, 1],
    "05503": [1, 1, 4, 1],
}


def survey(*, previous: Campaign | None = None) -> Campaign:
    """Return a released survey of three planned communes; a fourth has sheets and no plan."""
    if previous is None:
        province = make.province("Thái Nguyên", code="19")
        for code in RATINGS:
            make.commune(f"Xã {code}", code=code, parent=province)
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=RATINGS)}
    day = make.DAY.replace(day=1 if previous is None else 15)
    campaign = make.campaign(by=DESIGN, opens_on=day, previous=previous, opened=False)
    for code, stratum, people in PLAN:
        PlanLine.objects.create(
            campaign=campaign, unit=units[code], stratum=stratum, population=people, target=4
        )
    open_campaign(campaign)
    campaign.refresh_from_db()
    for code, ratings in RATINGS.items():
        for rating in 2 * ratings:
            answers = dict.fromkeys(("c01", "c02", "c03"), rating)
            make.response(campaign, units[code], answers, on=day)
    refresh.refresh(campaign, clock=timezone.now)
    return campaign


@pytest.mark.django_db
def test_nobody_commits_to_criteria_that_a_weighted_page_does_not_name() -> None:
    campaign = survey()
    for code, is_weighted in (("19", True), ("05501", False)):
        client = sign_in(Client(), make.official(code, role=Role.MANAGER, at=unit_of(code)))
        html = client.get(f"/quan-tri/cam-ket/moi/{campaign.slug}.{code}/").content.decode()
        assert ('name="criterion"' in html) is not is_weighted
        page = unit_page(campaign, code)
        assert page.figures is not None
        assert bool(page.figures.improvements) is not is_weighted


def unit_of(code: str) -> Unit:
    return Unit.objects.get(code=code)


@pytest.mark.django_db
def test_pages_api_and_release_say_the_weighted_index(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """3/4 of 3000, 1/4 of 1000 and 1/2 of 500: 2750 of 4500 people. All sheets: 43,75 %."""
    campaign = survey()
    for code in (None, "19"):
        page = unit_page(campaign, code)
        assert str(page.summary.index.percent) == "61.11"  # type: ignore[union-attr]  # published
        assert page.figures is not None
        assert str(page.figures.factors[0].figure.percent) == "61.11"
        weighting = page.figures.weighting
        assert weighting is not None
        assert (weighting.units, weighting.people, weighting.sheets) == (3, 4500, 24)
        assert (page.summary.index.n_valid, page.summary.n_responses) == (24, 32)  # type: ignore[union-attr]
    assert [
        str(child.index.percent) for child in unit_page(campaign, "19").children if child.index
    ] == [*("75.00", "25.00", "50.00", "25.00")]
    said = client.get(f"/api/v1/campaigns/{campaign.slug}/units/19").json()
    assert_described(said, "Unit")
    assert said["index"]["percent"] == "61.11"
    assert said["weighting"]["people"] == 4500
    sheet = load_workbook(BytesIO(xlsx_file(unit_page(campaign, "19")))).worksheets[0]
    assert 61.11 in {cell.value for row in sheet.iter_rows() for cell in row}
    groups = client.get(f"/en/ket-qua/{campaign.slug}/19/nhom-tra-loi/").content.decode()
    assert "without the weights of the sample plan" in groups
    contents = files(frozen(campaign))
    (row,) = [
        r
        for r in rows_of(contents["figures/19.csv"])
        if (r["unit_code"], r["period"], r["channel"]) == ("19", "0", "0")
    ]
    assert (row["index"], row["index.low"]) == ("61.11", said["index"]["low"])
    (line,) = [r for r in rows_of(contents["plan.csv"]) if r["unit_code"] == "05500"]
    assert (line["within"], line["people"], line["n"], line["weight"]) == (
        "19",
        "3000",
        "8",
        "375.0000",
    )

    assert verify_release.main([str(packed(contents, tmp_path))]) == 0
    capsys.readouterr()
    bent = contents["plan.csv"].replace(b"3000", b"3001")
    assert verify_release.main([str(packed({**contents, "plan.csv": bent}, tmp_path))]) == 1
    assert "plan.csv is not the file" in capsys.readouterr().out
    bent = contents["plan.csv"].replace(b"3000", b"2000")
    found = list(
        verify_release.wrong_figures(
            {"files": [{"path": p} for p in contents]}, {**contents, "plan.csv": bent}.__getitem__
        )
    )
    assert any(fault.startswith("19, index:") for fault in found)


@pytest.mark.django_db
def test_a_method_that_weighs_units_needs_the_people_of_each() -> None:
    campaign = make.campaign(slug="mau", by=DESIGN, opened=False)
    unit = make.commune()
    with pytest.raises(TreeError):
        open_campaign(campaign)
    line = PlanLine.objects.create(campaign=campaign, unit=unit, target=4)
    with pytest.raises(TreeError):
        open_campaign(campaign)
    PlanLine.objects.filter(pk=line.pk).update(population=400)
    open_campaign(campaign)


@pytest.mark.django_db
def test_a_weighted_index_is_compared_with_the_weighted_one_before() -> None:
    now = survey(previous=survey())

    page = unit_page(now, "19")

    assert page.summary.change is not None
    assert (str(page.summary.change.before), str(page.summary.change.points)) == ("61.11", "0.00")
    assert [str(point.index.percent) for point in page.trend[:1] if point.index] == ["61.11"]
