from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from surveys.questionnaires.definition_import import FileError, read_yaml
from surveys.questionnaires.definitions import DefinitionError


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "mau.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code: a\ntitle: b\ncode: c\n", ':3: "code" stands already in line 1'),
        ("a:\n  - {b: 1, c: 2,\n     b: 3}\n", ':3: "b" stands already in line 2'),
        ("a: &x [1]\nb: *x\n", r":2: b repeats another place \(\*\)"),
        ("a: &x [*x]\n", r":1: a\[0\] repeats another place"),
        ("a: [1, 2\nb: 3\n", ":2: "),
        ("a: 1\n---\nb: 2\n", ":2: "),
        ("a: !!python/object:os.system 1\n", ":1: could not determine a constructor"),
        ("a: 2026-13-45\n", ": month must be in 1..12"),
        ("", ": the file is empty"),
        ("# chỉ có ghi chú\n", ": the file is empty"),
        (b"a: \xff\n", ":1: is not utf-8"),
        ("a: \x00\n", ": .*special characters are not allowed"),
        ("? [a, b]\n: 1\n", ":1: "),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    path = written(tmp_path, text)

    with pytest.raises(FileError, match=f"^{re.escape(str(path))}{message}"):
        read_yaml(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"khong-co\.yaml"):
        read_yaml(tmp_path / "khong-co.yaml")


def test_texts_are_read_in_the_composed_form(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "a: Hài lòng\n")

    document = read_yaml(written(tmp_path, "\ufeff" + decomposed))

    assert document.data == {"a": "Hài lòng"}


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("", 1),
        ("code", 1),
        ("sections", 2),
        ("sections[0]", 3),
        ("sections[0].kind", 4),
        ("sections[1].questions[0].text.vi", 8),
        ("sections[1].questions[0].scale", 7),  # absent: the question it is missing from
        ("sections[1].questions[7].scale", 6),
        ("weights.tiep_can", 1),
    ],
)
def test_a_fault_is_named_with_the_line_of_its_place(tmp_path: Path, place: str, line: int) -> None:
    path = written(
        tmp_path,
        "code: a\n"
        "sections:\n"
        "  - code: mot\n"
        "    kind: facts\n"
        "  - code: hai\n"
        "    questions:\n"
        "      - code: c01\n"
        "        text: {vi: Câu}\n",
    )

    fault = read_yaml(path).fault(DefinitionError(place, "is wrong"))

    assert str(fault) == f"{path}:{line}: {place + ': ' if place else ''}is wrong"
