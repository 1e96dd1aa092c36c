"""Stored keys for finding and sorting Vietnamese names without help of the database. Pure.

PostgreSQL without ICU knows neither Vietnamese order nor that "ha noi" means Hà Nội. A key
stored beside the name gives the same order and the same finds on every build.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_ORDER = {letter: f"{place:02}" for place, letter in enumerate(_LETTERS)}
# The order of the dictionary: level, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_WORDS = re.compile(r"[^\W_]+")
# The names of all units are made of some 2,000 words.
_KEPT = 5_000


def sort_key(name: str) -> str:
    """Return a key whose order of bytes is the Vietnamese order of names.

    Letters decide first (a ă â b c d đ e ê …), then the tones; numbers go by their value, so
    "Phường 4" comes before "Phường 10".
    """
    words = [_split(word) for word in _words(name)]
    letters = " ".join(letters for letters, _ in words)
    tones = " ".join(tones for _, tones in words)
    return f"{letters}\t{tones}"


@lru_cache(_KEPT)
def _split(word: str) -> tuple[str, str]:
    """Return the key of a word's letters, and its tones."""
    if word.isdecimal():
        return f"!{int(word):06}", ""
    letters, tones = [], []
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), "0")
        bare = "".join(mark for mark in parts if mark not in _TONES)
        letters.append(_ORDER.get(unicodedata.normalize("NFC", bare), bare))
        tones.append(tone)
    return "".join(letters), "".join(tones)


def search_text(text: str) -> str:
    """Return words without case and marks, single spaces between: "Hà  NỘI" → "ha noi"."""
    return " ".join(_bare(word) for word in _words(text))


def search_key(name: str, full_name: str) -> str:
    """Return what a search looks in, in one line: the names, the name in one word, and the
    letters they begin with.

    " ha n" finds the beginning of a word in it, " hn " a whole word, "| ha noi |" a whole name:
    "| ha noi | thanh pho ha noi | hanoi | hn . tphn .".
    """
    bare = search_text(name)
    names = dict.fromkeys((bare, search_text(full_name), bare.replace(" ", "")))
    initials = dict.fromkeys(_initials(text) for text in (name, full_name))
    marked = "".join(f" {letters} ." for letters in initials if len(letters) > 1)
    return f"| {' | '.join(names)} |{marked}"


def _initials(text: str) -> str:
    return "".join(word if word.isdecimal() else word[0] for word in search_text(text).split())


def _words(text: str) -> list[str]:
    # Old Vietnamese fonts and keyboards write Đ as the Icelandic letter that looks like it.
    text = unicodedata.normalize("NFC", text).lower().replace("ð", "đ")
    return _WORDS.findall(text)


@lru_cache(_KEPT)
def _bare(word: str) -> str:
    parts = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(mark for mark in parts if not unicodedata.combining(mark))
