"""Editions of every shape, made by Hypothesis: all that a document may hold."""

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

# A fault is shown in the edition it was found in: to look for the smallest takes five minutes.
AS_FOUND = settings(deadline=None, phases=set(Phase) - {Phase.shrink, Phase.explain})
LANGUAGES = ("en", "tyz", "zh-Hant")
WORDS = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)
# Spaces at the ends, quotes, what spreadsheets take for formulas, other scripts, line breaks.
CHARACTERS = st.one_of(
    st.sampled_from("aă = ' \" :#-_x0041_[]{}&*!|>%@`,\n\t"),
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Mn", "Mc", "Me")),
)


def _sound(text: str) -> bool:
    return bool(text.strip()) and unicodedata.is_normalized("NFC", text)


TEXTS = st.text(CHARACTERS, min_size=1, max_size=20).filter(_sound)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return a document that parses."""
    others = draw(st.lists(st.sampled_from(LANGUAGES), unique=True))
    languages = {"vi": "reviewed"} | {
        code: draw(st.sampled_from(("draft", "reviewed"))) for code in others
    }

    def text() -> dict[str, str]:
        return {
            code: draw(TEXTS)
            for code, status in languages.items()
            if code == "vi" or status == "reviewed" or draw(st.booleans())
        }

    def options(most: int) -> list[dict[str, Any]]:
        return [{"text": text()} for _each in range(draw(st.integers(2, most)))]

    def scale() -> list[dict[str, Any]]:
        levels = options(9)
        points = sorted(
            draw(st.sets(st.integers(0, 1000), min_size=len(levels), max_size=len(levels)))
        )
        return [{**level, "points": n} for level, n in zip(levels, points, strict=True)]

    scales = {code: scale() for code in draw(st.sets(WORDS, min_size=1, max_size=3))}

    def question(code: str, kind: str) -> dict[str, Any]:
        made: dict[str, Any] = {"code": code, "kind": kind, "text": text()}
        if draw(st.booleans()):
            made["wording"] = draw(st.sampled_from(("verbatim", "reconstructed")))
        if kind == "text":
            return made
        made |= {
            flag: True for flag in ("short", "dont_know", "not_applicable") if draw(st.booleans())
        }
        if kind == "rating":
            made["scale"] = draw(st.sampled_from(sorted(scales)))
        else:
            made["options"] = options(5)
        if kind == "multiple" and draw(st.booleans()):
            made["max"] = draw(st.integers(1, len(made["options"])))
        return made

    codes = [f"{code}_q" for code in draw(st.lists(WORDS, min_size=2, max_size=8, unique=True))]
    names = [f"{code}_q" for code in draw(st.lists(WORDS, min_size=2, max_size=4, unique=True))]
    comment = draw(st.booleans())
    sections: list[dict[str, Any]] = []
    asked = codes[1:] if comment else codes
    for place, name in enumerate(names):
        mine = asked[place :: len(names)]
        if not mine:
            continue
        kind = draw(st.sampled_from(("factor", "facts", "expectations", "profile")))
        kinds = [draw(st.sampled_from(("rating", "choice", "multiple"))) for _code in mine]
        if kind == "factor":
            kinds[0] = "rating"
        questions = [question(code, one) for code, one in zip(mine, kinds, strict=True)]
        titled = {"title": text()} if draw(st.booleans()) else {}
        sections.append({"code": name, "kind": kind, **titled, "questions": questions})
    if comment:
        last = question(codes[0], "text")
        sections.append({"code": "last_one", "kind": "comment", "questions": [last]})
    return {
        "code": draw(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True)),
        "edition": draw(st.integers(1, 999)),
        "title": text(),
        "languages": languages,
        "scales": scales,
        "sections": sections,
    }
