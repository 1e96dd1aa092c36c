"""Hides in free text what names a person: phones, identity papers, e-mail, dossier codes. Pure.

A comment is stored as this leaves it, so a slip of the citizen never reaches a table. Names
cannot be found by rule; the form asks people not to write them. Where a number could be either,
it is hidden: a lost figure in a comment costs little, a stored phone number cannot be taken back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

# In Vietnamese whatever the language of the page: officials read them.
PHONE = "[số điện thoại]"
NUMBER = "[số giấy tờ]"
EMAIL = "[thư điện tử]"
DOSSIER = "[mã hồ sơ]"

_AT = r"(?:\s?[@＠]\s?|\s?[(\[]\s?(?:at|a còng)\s?[)\]]\s?|\s+(?:a còng|at)\s+)"
_DOT = r"(?:\s?[.．]\s?|\s?[(\[]\s?(?:dot|chấm)\s?[)\]]\s?|\s+(?:dot|chấm)\s+)"
# Begun only where a word begins, else a long word would be tried from each of its letters.
_NAME = r"(?<![\w.+\-])[\w.+\-]+"
# With a plain @ any domain is one; where spaces or words stand for signs, only an ending that
# people have addresses under, so that "tôi đến at 9.30" is no address.
EMAILS = re.compile(
    rf"{_NAME}[@＠](?:[\w\-]+\.)+[^\W\d_]{{2,}}"
    rf"|{_NAME}{_AT}(?:[\w\-]+{_DOT})+(?:com|vn|net|org|edu|gov|info)\b",
    re.IGNORECASE,
)
# Decree 61/2018/NĐ-CP: agency, day of receipt, number of that day: 000.00.08.H56-261103-0042.
DOSSIERS = re.compile(r"(?:\d{3}(?:\.\d{2}){2}\.)?[A-Z]\d{2}(?:\.\d+)*\s?-\s?\d{6}\s?-\s?\d{3,6}")
PASSPORTS = re.compile(r"\b[A-Z]\s?\d{7}\b")

# \d is a digit of any script; a letter O at the front or within stands for 0.
_GROUP = r"(?:\b[oO])?\d[\doO]*"
# What people put between digits. A comma, a slash and a new line end a number: 03/11/2026.
_SEPARATOR = r"(?:[^\S\n]|[.\-\u2010-\u2015()·_\u200b-\u200d\u2060]){1,3}"
RUNS = re.compile(rf"(?:\(?\+\s?|\()?{_GROUP}(?:{_SEPARATOR}{_GROUP})*")
GROUPS = re.compile(_GROUP)

PHONES = re.compile(r"(?:0|(?:00)?840?)(?:[3-9]\d{8}|1\d{9}|2\d{8,9})")
LONG = 9  # digits written in one, from which on a number is someone's
MOST_DIGITS = 15
MONEY_AFTER = re.compile(
    r"\s*(?:đồng|đ\b|dong\b|đô\b|vn[dđ]\b|₫|nghìn|ngàn|triệu|tr\b|k\b|tỷ|tỉ\b)", re.IGNORECASE
)
MONEY = re.compile(r"[1-9]\d{0,2}(?:[. ]\d{3})+")
DATE = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])[.\- ]{1,3}(?:0?[1-9]|1[0-2])[.\- ]{1,3}(?:19|20)\d\d(?!\d)"
)
YEAR = re.compile(r"(?:19|20)\d\d")


def masked(text: str) -> str:
    """Return the text with every number and address of a person put as a word in brackets."""
    text = EMAILS.sub(EMAIL, text)
    text = DOSSIERS.sub(DOSSIER, text)
    text = PASSPORTS.sub(NUMBER, text)
    return RUNS.sub(_run_masked, text)


def _run_masked(match: re.Match[str]) -> str:
    run = match.group()
    groups = list(GROUPS.finditer(run))
    kept, end, place = [], 0, 0
    while place < len(groups):
        found = _number_at(match, groups, place)
        if found is None:
            place += 1
            continue
        last, word = found
        # The "(+" before a number goes with it, so does the bracket after it that it opened.
        begin = end if place == 0 else groups[place].start()
        kept += [run[end:begin], word]
        end, place = groups[last].end(), last + 1
    return "".join(kept) + run[end:]


def _number_at(
    match: re.Match[str], groups: Sequence[re.Match[str]], first: int
) -> tuple[int, str] | None:
    """Return the last group and the word of the number that begins at a group, None for none."""
    run = match.group()
    if DATE.match(run, groups[first].start()):
        return None
    best: tuple[int, str] | None = None
    for last, digits in _joined(groups, first):
        if PHONES.fullmatch(digits) and not _goes_on(run, groups, last):
            best = (last, PHONE)
        elif (best is None or best[1] == NUMBER) and _is_paper(groups[first : last + 1], digits):
            start, end = groups[first].start(), groups[last].end()
            if not _is_money(match.string, match.start() + start, match.start() + end) and (
                first == last or not _goes_on(run, groups, last)
            ):
                best = (last, NUMBER)
    return best


def _is_money(text: str, start: int, end: int) -> bool:
    round_sum = MONEY.fullmatch(text, start, end) is not None and text.endswith("000", start, end)
    return round_sum or MONEY_AFTER.match(text, end) is not None


def _joined(groups: Sequence[re.Match[str]], first: int) -> Iterator[tuple[int, str]]:
    """Yield the digits of the groups from the first on, one group more each time."""
    digits = ""
    for last in range(first, len(groups)):
        digits += "".join(_digit(letter) for letter in groups[last].group())
        if len(digits) > MOST_DIGITS and last > first:
            return
        yield last, digits


def _digit(letter: str) -> str:
    return "0" if letter in "oO" else str(unicodedata.digit(letter))


def _goes_on(run: str, groups: Sequence[re.Match[str]], last: int) -> bool:
    """Return whether more digits hang on by a sign: hours such as 07.30-11.30 are no number."""
    if last + 1 == len(groups):
        return False
    between = run[groups[last].end() : groups[last + 1].start()]
    short = len(groups[last + 1].group()) < LONG - 1
    return short and not any(letter.isspace() for letter in between)


def _is_paper(groups: Sequence[re.Match[str]], digits: str) -> bool:
    """Return whether these digits are an identity number, or a number too long for anything else.

    Nine digits (the old card) or twelve (today's), also written in groups of at least three or
    digit by digit; an account or tax number is hidden where it is written in one.
    """
    if len(groups) == 1:
        return len(digits) >= LONG
    sizes = [len(group.group()) for group in groups]
    if all(YEAR.fullmatch(group.group()) for group in groups):
        return False
    if len(digits) == 12 and digits[0] == "0" and max(sizes) == 1:
        return True
    return len(digits) in {9, 12} and min(sizes) >= 3
