"""load_questionnaire and load_method."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

import surveys
from surveys.models import Method, Questionnaire
from surveys.questionnaires import editions
from tests import make
from tests.surveys.definitions import changed

DATA = Path(surveys.__file__).parent / "data"

pytestmark = pytest.mark.django_db


def load(command: str, path: Path) -> str:
    out = StringIO()
    call_command(command, str(path), stdout=out)
    return out.getvalue().strip()


def written(folder: Path, definition: Mapping[str, Any]) -> Path:
    path = folder / "mau.yaml"
    path.write_text(yaml.safe_dump(dict(definition), allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["sipas-22", "quay-3-muc"])
def test_a_shipped_edition_comes_back_as_its_file_says(name: str) -> None:
    path = DATA / "questionnaires" / f"{name}.yaml"

    assert load("load_questionnaire", path) == f"{name}@1: created"
    assert load("load_questionnaire", path) == f"{name}@1: unchanged"

    stored = Questionnaire.objects.get(code=name, edition=1).parsed()
    assert stored == editions.parse(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", sorted((DATA / "methods").glob("*.yaml")), ids=lambda p: p.stem)
def test_a_shipped_method_is_loaded_once(path: Path) -> None:
    assert load("load_method", path) == f"{path.stem}: created"
    assert load("load_method", path) == f"{path.stem}: unchanged"

    assert Method.objects.get().parsed().code == path.stem


def test_an_edition_changes_until_a_campaign_uses_it(tmp_path: Path) -> None:
    load("load_questionnaire", written(tmp_path, make.EDITION))
    better = changed(make.EDITION, "title.vi", "Phiếu rất nhỏ")

    assert load("load_questionnaire", written(tmp_path, better)) == "tiny@1: changed"

    make.campaign(edition=better)
    with pytest.raises(CommandError, match=r"tiny@1 is used by a campaign.*write it as edition 2"):
        load("load_questionnaire", written(tmp_path, make.EDITION))
    assert load("load_questionnaire", written(tmp_path, better)) == "tiny@1: unchanged"
    assert Questionnaire.objects.get().definition == better


def test_a_new_edition_stands_beside_the_old_one(tmp_path: Path) -> None:
    make.campaign()

    outcome = load("load_questionnaire", written(tmp_path, {**make.EDITION, "edition": 2}))

    assert outcome == "tiny@2: created"
    assert Questionnaire.objects.count() == 2


def test_a_method_changes_until_a_campaign_uses_it(tmp_path: Path) -> None:
    load("load_method", written(tmp_path, make.METHOD))
    stricter = changed(make.METHOD, "satisfied.hai_long_5", [5])

    assert load("load_method", written(tmp_path, stricter)) == "top2-pooled: changed"

    make.campaign(by=stricter)
    with pytest.raises(CommandError, match="top2-pooled is used by a campaign and cannot change"):
        load("load_method", written(tmp_path, make.METHOD))
    assert Method.objects.get().definition == stricter


@pytest.mark.parametrize("table", ["surveys_questionnaire", "surveys_method"])
def test_the_database_itself_keeps_what_is_used(table: str) -> None:
    make.campaign()

    with (
        pytest.raises(DatabaseError, match="in use and cannot change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET definition = '{{}}'")  # noqa: S608 - two known names


def test_a_fault_names_file_line_and_place_and_stores_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mau.yaml"
    path.write_text(
        "code: a-b\nitem_rule: TOP2\naggregation: POOLED_ITEMS\nsatisfied: {ba: [0]}\n",
        encoding="utf-8",
    )

    with pytest.raises(CommandError) as refused:
        load("load_method", path)

    assert str(refused.value) == (
        f"{path}:4: satisfied.ba[0]: a level from 1 to 9 is needed, not 0"
    )
    assert not Method.objects.exists()
