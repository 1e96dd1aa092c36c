"""Find every message in the sources and hold a catalogue against them. Needs no GNU gettext.

The messages are English and stand in the sources; a catalogue has every other language
(locale/vi/LC_MESSAGES/django.po). Babel, which reads Python, is a development tool: only
`manage.py update_catalogue` uses this module.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

# Babel's notation: which argument is the text, the plural, the context ("c").
KEYWORDS = {
    name + lazy: where
    for lazy in ("", "_lazy")
    for name, where in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
} | {"_": None, "gettext_noop": None}
# What must be in a translation as it is in the text: %(name)s, %d, {name}, <strong>.
KEPT = re.compile(r"%(?:\(\w+\))?[-#0+]*\d*(?:\.\d+)?[a-zA-Z]|\{\w*\}|</?[a-z][^>]*>")
HEADER = {
    "Project-Id-Version": "Hai Long",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "MIME-Version": "1.0",
    "Language": "vi",
    "Plural-Forms": "nplurals=1; plural=0;",
}
LINE_LENGTH = 100

# Context ("" for none) and text: what makes a message one message.
Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Message:
    """A text users read, its plural ("" for none), and the files it stands in."""

    context: str
    text: str
    plural: str
    files: tuple[str, ...]

    @property
    def key(self) -> Key:
        return self.context, self.text


def find_messages(root: Path, folders: Iterable[str]) -> dict[Key, Message]:
    """Return the messages of all modules and templates in folders under `root`, as they stand."""
    found: dict[Key, Message] = {}
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or "static" in path.parts:
                continue
            name = path.relative_to(root).as_posix()
            for context, text, plural in _messages(path):
                known = found.get((context, text), Message(context, text, "", ()))
                files = known.files if name in known.files else (*known.files, name)
                found[context, text] = Message(context, text, plural or known.plural, files)
    return found


def _messages(path: Path) -> Iterator[tuple[str, str, str]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into calls of gettext amid rubbish, which Babel reads as
        # Python; indented rubbish would be none.
        lines = templatize(source, str(path)).splitlines(keepends=True)
        source = "".join(line.lstrip(" \t") for line in lines)
    stream = io.BytesIO(source.encode())
    for _line, texts, _comments, context in extract("python", stream, KEYWORDS):
        text, plural = (texts, "") if isinstance(texts, str) else texts[:2]
        yield context or "", text, plural


def update(catalogue: polib.POFile, messages: Mapping[Key, Message]) -> None:
    """Put every message into the catalogue, in their order, and take everything else out."""
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue if not entry.obsolete}
    catalogue.clear()
    catalogue.metadata = dict(HEADER)
    catalogue.wrapwidth = LINE_LENGTH
    for key, message in messages.items():
        entry = known.get(key) or polib.POEntry(msgid=message.text)
        if message.plural and not entry.msgstr_plural:
            entry.msgstr, entry.msgstr_plural = "", {0: entry.msgstr}
        elif entry.msgstr_plural and not message.plural:
            entry.msgstr, entry.msgstr_plural = entry.msgstr_plural[0], {}
        entry.msgctxt = message.context or None
        entry.msgid_plural = message.plural
        # Without line numbers, which would change with every other line of code.
        entry.occurrences = [(name, "") for name in message.files]
        catalogue.append(entry)


def faults(catalogue: polib.POFile, messages: Mapping[Key, Message]) -> list[str]:
    """Return a sentence for everything that keeps the catalogue from being complete."""
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}
    found = [
        f'{message.files[0]}: "{message.text}" is missing'
        for key, message in messages.items()
        if key not in entries
    ]
    for key, entry in entries.items():
        found += [f'line {entry.linenum}: "{entry.msgid}" {fault}' for fault in _faults(entry)]
        if key not in messages:
            found.append(f'line {entry.linenum}: "{entry.msgid}" is used nowhere')
        elif entry.msgid_plural != messages[key].plural:
            found.append(f'line {entry.linenum}: "{entry.msgid}" has another plural in the source')
    return found


def _faults(entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield "is fuzzy"
    original = entry.msgid_plural or entry.msgid
    for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
        if not text:
            yield "is not translated"
        elif Counter(KEPT.findall(text)) != Counter(KEPT.findall(original)):
            yield "has other placeholders or tags in its translation"
        elif text != unicodedata.normalize("NFC", text):
            yield "is not translated in composed letters (NFC)"
    if entry.msgid_plural and set(entry.msgstr_plural) != {0}:
        yield "needs one plural form"
