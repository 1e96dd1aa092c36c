"""YAML files → rows: questionnaire editions and methods. Campaigns: campaigns.campaign_import."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml
from django.db import transaction

from surveys.models import Method, Questionnaire
from surveys.questionnaires import editions, methods
from surveys.questionnaires.definitions import DefinitionError

CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"


class FileError(ValueError):
    """A file that cannot be loaded; the message names the file, the line where known, and why.

    `line` and `column` count from 1, 0 where unknown; `fault` is the reason alone, where the file
    is no YAML as we take it.
    """

    def __init__(self, message: str, *, line: int = 0, column: int = 0, fault: str = "") -> None:
        super().__init__(message)
        self.line, self.column, self.fault = line, column, fault


def _not_yaml(path: Path, fault: str, *, line: int = 0, column: int = 0) -> FileError:
    where = f"{path}:{line}" if line else str(path)
    return FileError(f"{where}: {fault}", line=line, column=column, fault=fault)


@dataclass(frozen=True)
class Document:
    """A YAML file as plain data, and the line where each place of it stands, from 1."""

    path: Path
    data: object
    lines: Mapping[str, int]

    def fault(self, error: DefinitionError) -> FileError:
        """Return the error with the file and the line of its place, or of the nearest above."""
        place = error.place
        while place and place not in self.lines:
            place = re.sub(r"(\.|^)[^.\[]*$|\[\d+\]$", "", place)
        return FileError(f"{self.path}:{self.lines.get(place, 1)}: {error}")


def read_yaml(path: Path) -> Document:
    """Return a file as plain data, its texts in Unicode's composed form (NFC).

    Raises:
        FileError: no such file, not UTF-8, not YAML, a key twice, more than one document.
    """
    try:
        return read_yaml_bytes(path.read_bytes(), path)
    except OSError as error:
        raise FileError(f"{path}: {error}") from error


def read_yaml_bytes(content: bytes, path: Path) -> Document:
    """Return the content of a file as `read_yaml` does; `path` is its name in messages."""
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _not_yaml(path, f"is not utf-8 ({error.reason})", line=line) from error
    lines: dict[str, int] = {}
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is None:
            raise _not_yaml(path, "the file is empty")
        _note_lines(root, "", path, lines, set())
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        fault = error.problem or error.context or ""
        raise _not_yaml(path, fault, line=line, column=column) from error
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, FileError):
            raise
        raise _not_yaml(path, str(error)) from error
    return Document(path, data, lines)


def _note_lines(
    node: yaml.Node, place: str, path: Path, lines: dict[str, int], met: set[yaml.Node]
) -> None:
    """Note the line of every place below a node; refuse a key that stands twice, and aliases."""
    lines.setdefault(place, node.start_mark.line + 1)
    if node in met:
        fault = f"{place} repeats another place (*); write it out"
        raise _not_yaml(path, fault, line=lines[place])
    met.add(node)
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _note_lines(child, f"{place}[{index}]", path, lines, met)
    elif isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, child in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                fault = f'"{name}" stands already in line {seen[name]}'
                raise _not_yaml(path, fault, line=line)
            seen[name] = line
            here = f"{place}.{name}" if place else name
            lines[here] = line
            _note_lines(child, here, path, lines, met)


def load_questionnaire(path: Path) -> tuple[Questionnaire, str]:
    """Store the edition of a file, and return it with created, changed or unchanged.

    Raises:
        FileError: a fault in the file, or the edition is in use and the file says otherwise.
    """
    document = read_yaml(path)
    try:
        edition = editions.parse(document.data)
    except DefinitionError as error:
        raise document.fault(error) from error
    definition = cast("dict[str, object]", document.data)
    with transaction.atomic():
        row, is_new = Questionnaire.objects.select_for_update().get_or_create(
            code=edition.code, edition=edition.number, defaults={"definition": definition}
        )
        if is_new:
            return row, CREATED
        if row.definition == definition:
            return row, UNCHANGED
        if row.campaigns.exists():
            raise FileError(
                f"{path}: {edition.reference} is used by a campaign and cannot change;"
                f" write it as edition {edition.number + 1}"
            )
        row.definition = definition
        row.save(update_fields=["definition"])
        return row, CHANGED


def load_method(path: Path) -> tuple[Method, str]:
    """Store the method of a file, and return it with created, changed or unchanged.

    Raises:
        FileError: a fault in the file, or the method is in use and the file says otherwise.
    """
    document = read_yaml(path)
    try:
        method = methods.parse(document.data)
    except DefinitionError as error:
        raise document.fault(error) from error
    definition = cast("dict[str, object]", document.data)
    with transaction.atomic():
        row, is_new = Method.objects.select_for_update().get_or_create(
            code=method.code, defaults={"definition": definition}
        )
        if is_new:
            return row, CREATED
        if row.definition == definition:
            return row, UNCHANGED
        if row.campaigns.exists():
            raise FileError(
                f"{path}: the method {method.code} is used by a campaign and cannot change;"
                " write it under another code"
            )
        row.definition = definition
        row.save(update_fields=["definition"])
        return row, CHANGED
