"""Segments: told apart where each part is enough, in the province, the nation and between them."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from itertools import combinations

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from results.arithmetic.column_groups import ColumnGroups, Ints
from results.bundles.freeze import freeze_newest
from results.bundles.verify_release import wrong_figures
from results.models import ReleasedSegment
from results.reading.segment_rows import released_segments
from results.releasing import publication
from results.releasing.segment_rules import told_above, told_apart
from surveys.models import Campaign, Unit
from tests import make
from tests.results.small_stories import EDITION

GROUPS = ColumnGroups(EDITION)
THRESHOLD = 4
OPEN = np.zeros(len(GROUPS), dtype=np.bool_)


def rows(sizes: list[int]) -> Ints:
    """Return numbers of so many sheets by option, nothing answered."""
    numbers = np.zeros((len(sizes), GROUPS.width), dtype=np.int64)
    numbers[:, 0] = sizes
    return numbers


def shown(sizes: list[int]) -> list[int] | None:
    """Return the sizes of what a province shows, those of others first."""
    parts = told_apart(rows(sizes)[None], OPEN, GROUPS, THRESHOLD)
    return parts and parts.told(GROUPS)[:, 0].tolist()


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ([0, 5, 6], [0, 5, 6]),
        ([4, 5, 6], [4, 5, 6]),
        # One who did not say takes the smaller option with it.
        ([1, 5, 6], [6, 0, 6]),
        ([0, 3, 6, 7], [9, 0, 0, 7]),
        ([0, 2, 2, 7], [4, 0, 0, 7]),
        ([0, 3, 7], None),
        ([0, 0, 7], None),
        ([9, 0, 0], None),
        # No more than ten are told apart, the largest.
        ([0, 4, 4, *[5] * 10], [8, 0, 0, *[5] * 10]),
    ],
)
def test_small_options_are_not_told_apart(sizes: list[int], told: list[int] | None) -> None:
    assert shown(sizes) == told


def equations(provinces: list[list[int]]) -> Ints:
    """Return what is published as sums of unknowns, one per province and option."""
    options = len(provinces[0])
    told = [told_apart(rows(sizes)[None], OPEN, GROUPS, THRESHOLD) for sizes in provinces]
    published = [np.ones((len(provinces), options))]

    def of(choose: list[tuple[int, int]]) -> None:
        line = np.zeros((len(provinces), options))
        line[tuple(np.array(choose).T)] = 1
        published.append(line)

    for number, parts in enumerate(told):
        of([(number, option) for option in range(options)])
        for chosen in np.flatnonzero(parts.shown).tolist() if parts else ():
            of([(number, chosen)])
    for option in range(options):
        if some := [(i, option) for i, parts in enumerate(told) if parts and parts.shown[option]]:
            of(some)
    return np.array(published, dtype=np.int64).reshape(len(published), -1)


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(
        st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3
    ).filter(
        lambda provinces: all(sum(sizes) >= THRESHOLD or not sum(sizes) for sizes in provinces)
    )
)
def test_no_few_people_show_in_any_difference(sizes: list[list[int]]) -> None:
    people = np.array(sizes).ravel()
    some = np.flatnonzero(people)
    known = equations(sizes)[:, some]
    rank = np.linalg.matrix_rank(known) if some.size else 0
    for n in range(1, THRESHOLD):
        for few in combinations(range(len(some)), n):
            if people[some[list(few)]].sum() < THRESHOLD:
                rest = np.delete(known, few, axis=1)
                assert np.linalg.matrix_rank(rest) == rank, (sizes, few)


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 5, 9]), min_size=3, max_size=3),
        min_size=3,
        max_size=3,
    )
)
def test_nobody_shows_between_segments_and_the_units_below(sizes: list[list[int]]) -> None:
    units = np.array([rows(of_unit) for of_unit in sizes])
    parts = told_apart(units, OPEN, GROUPS, THRESHOLD)
    people = np.array(sizes)
    by_unit = [np.repeat(np.eye(3)[unit], 3) for unit in range(3) if people[unit].any()]
    shown: list[int] = np.flatnonzero(parts.shown).tolist() if parts else []
    known = np.array([*by_unit, *(np.tile(np.eye(3)[option], 3) for option in shown)])
    some = np.flatnonzero(people.ravel())
    known = known[:, some] if len(known) else np.zeros((1, 0))
    rank = np.linalg.matrix_rank(known) if some.size else 0
    units_alone = {unit for unit in range(3) if 0 < people[unit].sum() < THRESHOLD}

    for n in range(1, THRESHOLD):
        for few in combinations(range(len(some)), n):
            # A unit of fewer than the threshold has no figures at all.
            if people.ravel()[some[list(few)]].sum() < THRESHOLD and not units_alone:
                rest = np.delete(known, few, axis=1)
                assert np.linalg.matrix_rank(rest) == rank, (sizes, few)


def test_most_of_an_option_in_one_unit_is_not_told_apart() -> None:
    # Nine of ten of an option live in one unit, where one chose another: less the unit, the
    # option is one who chose it elsewhere and, taken away, that one.
    units = np.array([rows([0, 9, 1]), rows([0, 1, 9])])

    assert told_apart(units, OPEN, GROUPS, THRESHOLD) is None
    assert told_apart(2 * units, OPEN, GROUPS, THRESHOLD)


def test_the_nation_adds_up_what_provinces_tell_apart() -> None:
    provinces = [[0, 5, 6], [0, 1, 9], [1, 4, 5]]
    told = [told_apart(rows(sizes)[None], OPEN, GROUPS, THRESHOLD) for sizes in provinces]
    below = [parts for parts in told if parts]
    assert [parts.shown.tolist() for parts in below] == [[False, True, True], [False, False, True]]

    nation = told_above(rows([1, 10, 20]).sum(axis=0), below, GROUPS)

    # The five and the one of the third province, and the ten of the second, are among others.
    assert nation is not None
    assert nation[:, 0].tolist() == [15, 5, 11]


ALL_OVER = datetime(2027, 1, 5, 12)  # noqa: DTZ001 - made aware below


def give(
    campaign: Campaign, unit: Unit, n: int, said: int | None, *, all_like_c02: bool = False
) -> None:
    """Have one of `n` people answer otherwise than the rest."""
    for number in range(n):
        one = {"c01": 1, "c02": 4 if all_like_c02 else 2, "c03": 2, "f1": 2}
        rest = {"c01": 5, "c02": 4, "c03": 5, "f1": 1}
        make.response(campaign, unit, {**(rest if number else one), "p1": said})


@pytest.mark.django_db
def test_the_final_release_tells_men_and_women_apart() -> None:
    province = make.province()
    commune = make.commune(parent=province)
    campaign = make.campaign(threshold=4)
    give(campaign, commune, 6, 1)
    give(campaign, commune, 7, 2)

    publication.publish_now(campaign, now=timezone.make_aware(ALL_OVER))

    told = {
        (row.unit_id, row.question, row.option): row
        for row in ReleasedSegment.objects.filter(campaign=campaign)
    }
    assert {key: row.n for key, row in told.items()} == {
        (unit.pk, "p1", option): n
        for unit in (province, make.nation())
        for option, n in ((1, 6), (2, 7))
    }
    edition = campaign.questionnaire.parsed()
    row = told[province.pk, "p1", 2]
    start = edition.columns_of["c01"][0].offset
    assert row.counts[start : start + 5] == [1, 0, 0, 0, 6]
    read = released_segments(campaign, province.pk)
    assert [(one.question, one.option, one.n) for one in read] == [("p1", 1, 6), ("p1", 2, 7)]
    # Of the profile nothing more is said.
    start = edition.columns_of["p1"][0].offset
    assert row.counts[start : start + 2] == [0, 0]


@pytest.mark.django_db
def test_page_reply_and_frozen_release_tell_the_same_groups(client: Client) -> None:
    province = make.province(code="19")
    commune = make.commune(parent=province)
    campaign = make.campaign(slug="dot", threshold=4)
    give(campaign, commune, 6, 1)
    give(campaign, commune, 7, None)
    publication.publish_now(campaign, now=timezone.make_aware(ALL_OVER))

    page = client.get("/en/ket-qua/dot/19/nhom-tra-loi/").content.decode()
    reply = client.get("/api/v1/campaigns/dot/units/19/segments").json()
    bundle = freeze_newest(campaign)
    assert bundle is not None
    files = {f.path: bytes(f.blob.content) for f in bundle.files.all()}
    frozen = csv.DictReader(io.StringIO(files["segments/19.csv"].decode()))

    assert page.index("6 sheets") < page.index("All others, and who did not say")
    told = reply["questions"][0]
    assert told["code"] == "p1"
    # Of 18 answers to the criteria one sheet's three are dissatisfied: 15 of 18, 18 of 21.
    assert [
        (one["option"], one["n_responses"], one["index"]["percent"]) for one in told["segments"]
    ] == [
        (1, 6, "83.33"),
        (0, 7, "85.71"),
    ]
    assert {(int(row["option"]), row["index"]) for row in frozen} == {(1, "83.33"), (0, "85.71")}
    for one in told["segments"]:
        figures = [one["index"], *(factor["figure"] for factor in one["factors"])]
        assert all(f"<b>{figure['percent']}%</b>" in page for figure in figures)
    assert not list(wrong_figures({"files": [{"path": path} for path in files]}, files.__getitem__))
    spoilt = {**files, "segments/19.csv": files["segments/19.csv"].replace(b"83.33", b"83.43")}
    assert list(wrong_figures({"files": [{"path": path} for path in files]}, spoilt.__getitem__))


@pytest.mark.django_db
def test_what_all_women_agree_on_is_told_of_nobody() -> None:
    province = make.province()
    commune = make.commune(parent=province)
    campaign = make.campaign(threshold=4)
    give(campaign, commune, 6, 1)
    give(campaign, commune, 7, 2, all_like_c02=True)

    publication.publish_now(campaign, now=timezone.make_aware(ALL_OVER))

    edition = campaign.questionnaire.parsed()
    rows = list(ReleasedSegment.objects.filter(campaign=campaign))
    assert sorted(row.n for row in rows) == [6, 6, 7, 7]
    for row in rows:
        found = {
            code: sum(row.counts[columns[0].offset : columns[0].offset + 5])
            for code, columns in edition.columns_of.items()
            if code in {"c01", "c02", "c03"}
        }
        # With it goes its factor's other criterion, so that nobody learns which of them it was.
        assert found == {"c01": 0, "c02": 0, "c03": row.n}


@pytest.mark.django_db
def test_a_unit_that_leaves_sheets_out_has_no_segments() -> None:
    province = make.province()
    commune, small = make.commune(parent=province), make.commune("Đại Từ", parent=province)
    campaign = make.campaign(threshold=4)
    give(campaign, commune, 6, 1)
    give(campaign, commune, 7, 2)
    give(campaign, small, 1, 2)

    publication.publish_now(campaign, now=timezone.make_aware(ALL_OVER))

    assert not ReleasedSegment.objects.filter(campaign=campaign).exists()
