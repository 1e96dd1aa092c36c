"""Reading definitions (plain data from YAML or JSON) key by key, every fault with its place. Pure.

A place is a path such as sections[2].questions[0].scale.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping

DRAFT, REVIEWED = "draft", "reviewed"
BASE_LANGUAGE = "vi"

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
WORD = re.compile(r"[a-z][a-z0-9_]*")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})*")
LONGEST_TEXT = 5000  # characters; a cell of a spreadsheet holds 32,767


class DefinitionError(ValueError):
    """A definition that cannot be used: `place` says where, `fault` what is wrong there."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"{place}: {fault}" if place else fault)
        self.place = place
        self.fault = fault


def is_plain(text: str) -> bool:
    """Return whether a text has only characters that YAML, XLSX and the database all hold."""
    return all(
        char in "\n\t"
        or (unicodedata.category(char) not in {"Cc", "Cs"} and ord(char) % 65536 < 65534)
        for char in text
    )


def shown(value: object) -> str:
    """Return a value as a fault may quote it: short, texts in double quotes."""
    if isinstance(value, str):
        return f'"{value[:60]}"'
    return repr(value)[:60]


class Node:
    """One mapping of a definition.

    Args:
        data: what should be a mapping with texts as keys.
        place: where it stands; "" for the whole definition.
        keys: the keys it may have.
        error: what to raise.

    Raises:
        DefinitionError: (as `error`, here and in every method) the data is not as asked.
    """

    def __init__(
        self, data: object, place: str, keys: Collection[str], error: type[DefinitionError]
    ) -> None:
        self.place = place
        self._error = error
        if not isinstance(data, Mapping):
            raise error(place, f"a mapping is needed, not {shown(data)}")
        for key in data:
            if key not in keys:
                raise error(self.at(str(key)), f"there is no such key; known: {', '.join(keys)}")
        self._data: Mapping[str, object] = data

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def fail(self, key: str, fault: str) -> DefinitionError:
        return self._error(self.at(key), fault)

    def has(self, key: str) -> bool:
        return key in self._data

    def value(self, key: str) -> object:
        if key not in self._data:
            raise self.fail(key, "is missing")
        return self._data[key]

    def integer(self, key: str, low: int, high: int) -> int:
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(
                key, f"a whole number from {low} to {high} is needed, not {shown(value)}"
            )
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._data.get(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, f"true or false is needed, not {shown(value)}")
        return value

    def word(self, key: str, known: Collection[str]) -> str:
        value = self.value(key)
        if not isinstance(value, str) or value not in known:
            raise self.fail(key, f"one of {', '.join(known)} is needed, not {shown(value)}")
        return value

    def code(self, key: str, pattern: re.Pattern[str], longest: int) -> str:
        value = self.value(key)
        if not isinstance(value, str) or not pattern.fullmatch(value) or len(value) > longest:
            raise self.fail(
                key,
                f"at most {longest} characters like {pattern.pattern} are needed,"
                f" not {shown(value)}",
            )
        return value

    def texts(self, key: str, languages: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return a map from language to text, Vietnamese always in it.

        Args:
            languages: the languages there may be; a reviewed one must be there, a draft may be
                missing. None: any language.
        """
        value = self.value(key)
        if not isinstance(value, Mapping):
            raise self.fail(key, f"a text per language is needed, not {shown(value)}")
        for language, text in value.items():
            if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
                raise self.fail(key, f"{shown(language)} is no language code")
            if languages is not None and language not in languages:
                raise self.fail(key, f'the language "{language}" is not among `languages`')
            if not isinstance(text, str) or not text.strip():
                raise self.fail(f"{key}.{language}", f"a text is needed, not {shown(text)}")
            if len(text) > LONGEST_TEXT:
                raise self.fail(f"{key}.{language}", f"has more than {LONGEST_TEXT} characters")
            if not is_plain(text):
                raise self.fail(f"{key}.{language}", "has a character that no file can hold")
        reviewed = {name for name, status in (languages or {}).items() if status == REVIEWED}
        for language in sorted(reviewed | {BASE_LANGUAGE}):
            if language not in value:
                raise self.fail(key, f'the text in "{language}" is missing')
        return dict(value)

    def mapping(self, key: str) -> Mapping[str, object]:
        """Return a mapping whose keys are not known beforehand; empty when absent."""
        value = self._data.get(key, {})
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise self.fail(key, f"a mapping is needed, not {shown(value)}")
        return value

    def items(self, key: str) -> Iterator[tuple[str, object]]:
        """Return the entries of a list, each with its place."""
        value = self.value(key)
        if not isinstance(value, list | tuple):
            raise self.fail(key, f"a list is needed, not {shown(value)}")
        for index, entry in enumerate(value):
            yield f"{self.at(key)}[{index}]", entry

    def children(self, key: str, keys: Collection[str]) -> list[Node]:
        """Return the entries of a list of mappings; at least one."""
        nodes = [Node(entry, place, keys, self._error) for place, entry in self.items(key)]
        if not nodes:
            raise self.fail(key, "at least one entry is needed")
        return nodes
