from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from results.models import PublishedIndex
from results.published_import import FileRefused, LoadReport, load_published_indices

pytestmark = pytest.mark.django_db

HEADER = "year,index_name,unit_level,unit_name,value,unit_of_value,rank,of,source,quote"
ROW = "2024,SIPAS,quốc gia,Cả nước,83.94,%,,,https://example.vn/sipas,quote"


def csv_file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "figures.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def test_the_shipped_figures_load_once_each_with_its_source() -> None:
    output = StringIO()
    call_command("load_published_indices", stdout=output)

    assert PublishedIndex.objects.count() == 139
    assert not PublishedIndex.objects.filter(source="").exists()
    figure = PublishedIndex.objects.get(
        year=2024, index_name="SIPAS", unit_level="quốc gia", value__startswith="83.94"
    )
    assert figure.source.startswith("https://")
    assert load_published_indices() == LoadReport(new=0, changed=0, unchanged=139)


def test_a_corrected_quotation_changes_its_row(tmp_path: Path) -> None:
    load_published_indices(csv_file(tmp_path, HEADER, ROW))

    report = load_published_indices(csv_file(tmp_path, HEADER, ROW.replace("quote", "better")))

    assert report == LoadReport(new=0, changed=1, unchanged=0)
    assert PublishedIndex.objects.get().quote == "better"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["year,value", "2024,1"], ""),
        ([HEADER, ROW, ROW], ":3"),
        ([HEADER, ROW.replace("2024", "MMXXIV")], ":2"),
        ([HEADER, ROW.replace("https://example.vn/sipas", "")], ":2"),
        ([HEADER, ROW.replace("SIPAS", "S" * 101)], ":2"),
        ([HEADER, ROW + ",more"], ":2"),
        ([HEADER, ROW.removesuffix(",quote")], ":2"),
        ([HEADER, ROW.replace("83.94", "")], ":2"),
        ([HEADER, '"' + ROW], ""),
    ],
)
def test_a_faulty_file_is_refused_whole(tmp_path: Path, lines: list[str], line: str) -> None:
    path = csv_file(tmp_path, *lines)

    with pytest.raises(FileRefused) as refused:
        load_published_indices(path)

    assert str(refused.value).startswith(f"{path}{line}:")
    assert not PublishedIndex.objects.exists()


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="none\\.csv"):
        call_command("load_published_indices", str(tmp_path / "none.csv"))
