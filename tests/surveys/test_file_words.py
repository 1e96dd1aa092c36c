"""A file that is no YAML is refused in words, with line and column; never in PyYAML's English."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from surveys.drafting import file_words
from surveys.questionnaires.definition_import import FileError, read_yaml_bytes


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("code: a\ntitle: b: c\n", "Line 2, column 9: There is a colon too many"),
        ("code: a\n\ttitle: b\n", "Line 2, column 1: This character cannot begin"),
        ('code: "a\ntitle: b\n', "Line 3, column 1: A quotation mark is opened"),
        ("a:\n  - 1\n - 2\n", "Line 3, column 2: The line is indented otherwise"),
        ("a: [1, 2\nb: 3\n", "Line 2, column 2: The line is indented otherwise"),
        ("code\ntitle: b\n", "Line 2, column 6: There is a colon too many"),
        ("a: *x\n", "Line 1, column 4: Tags (!), references (*)"),
        ("a: 1\n---\nb: 2\n", "Line 2, column 1: The file holds two documents"),
        ("a: 1\na: 2\n", "Line 2: “a” stands already in line 1."),
        ("", "The file is empty."),
        ("a: 1\nb: \udcff\n", "Line 2: The file is not in UTF-8."),
        ("a: %x\n", "Line 1, column 4: This character cannot begin"),
        ("a: 1\x00\n", "From here on the file is no YAML"),
    ],
)
def test_it_says_where_and_what(content: str, told: str) -> None:
    with pytest.raises(FileError) as caught, override("en"):
        read_yaml_bytes(content.encode(errors="surrogateescape"), Path("x.yaml"))

    with override("en"):
        assert file_words.told(caught.value).startswith(told)
