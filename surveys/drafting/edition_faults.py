"""All that is wrong with a document of an edition, where the parser stops at the first. Pure.

Each part is parsed inside a document that is otherwise sound, so the parser stays the only judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from surveys.drafting import edition_parts
from surveys.drafting.edition_parts import Address
from surveys.questionnaires import editions
from surveys.questionnaires.definitions import BASE_LANGUAGE, WORD, DefinitionError
from surveys.questionnaires.editions import EditionError

_WORDS = {BASE_LANGUAGE: "x"}
_SCALE = "z_z_z_scale"
_LEVELS = [{"text": _WORDS, "points": 1}, {"text": _WORDS, "points": 2}]
# Sound parts around the one that is looked at; no question or section of an office is called so.
_FILLER = "z_z_z_filler"
_RATING = {"code": _FILLER, "kind": "rating", "scale": _SCALE, "text": _WORDS}


def faults(document: Mapping[str, Any]) -> list[DefinitionError]:
    """Return the first fault of each part, in the order of the document; none: it parses."""
    found = list(_of_parts(document))
    if not found:
        found = list(_of(document))
    return found


def _of_parts(document: Mapping[str, Any]) -> Iterator[DefinitionError]:
    yield from part_faults(document, Address("head"))
    for code in edition_parts.scales(document):
        yield from part_faults(document, Address("scale", scale=code))
    for i, section in enumerate(edition_parts.sections(document)):
        yield from part_faults(document, Address("section", i))
        for j in range(len(edition_parts.questions(section))):
            yield from part_faults(document, Address("question", i, j))


def part_faults(document: Mapping[str, Any], at: Address) -> list[DefinitionError]:
    """Return what is wrong with one part taken by itself, at its place in the document."""
    if at.kind == "head":
        return list(_of({**_sound(document), **edition_parts.part(document, at)}))
    sound = _sound(document)
    if at.kind == "scale":
        sound["scales"] = {**sound["scales"], at.scale: document["scales"][at.scale]}
        return list(_of(sound))
    # A text where a mapping should be is the business of the whole document.
    section = edition_parts.sections(document)[at.section]
    if at.kind == "section":
        text = {"code": "z_z_z_text", "kind": "text", "text": _words(sound["languages"])}
        rating = {**_RATING, "code": "z_z_z_own", "text": _words(sound["languages"])}
        own = {key: section[key] for key in section if key != "questions"}
        own["questions"] = [text if section.get("kind") == "comment" else rating]
        sound["sections"] = [_filled(sound), own]
        return list(_moved(_of(sound), "sections[1]", at.place))
    question = edition_parts.questions(section)[at.question]
    kind = "comment" if question.get("kind") == "text" else "facts"
    sound["scales"] |= _sound_scales(document, sound["scales"][_SCALE])
    own = {"code": "z_z_z_own", "kind": kind, "questions": [question]}
    sound["sections"] = [_filled(sound), own]
    return list(_moved(_of(sound), "sections[1].questions[0]", at.place))


def _of(document: Mapping[str, Any]) -> Iterator[DefinitionError]:
    try:
        editions.parse(document)
    except EditionError as error:
        yield error


def _moved(errors: Iterator[DefinitionError], place: str, target: str) -> Iterator[DefinitionError]:
    for error in errors:
        yield EditionError(error.place.replace(place, target, 1), error.fault)


def _sound(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without a fault, in the languages of another where they are sound."""
    languages: Mapping[str, str] = {BASE_LANGUAGE: "reviewed"}
    bare = {"code": "x", "edition": 1, "scales": {_SCALE: _LEVELS}}
    for wanted in (document.get("languages"), languages):
        if not isinstance(wanted, dict):
            continue
        words = _words(wanted)
        levels = [{**level, "text": words} for level in _LEVELS]
        sound = {**bare, "languages": wanted, "title": words, "scales": {_SCALE: levels}}
        sound["sections"] = [_filled(sound)]
        if not list(_of(sound)):
            return sound
    raise AssertionError("a document without a fault has one")


def _filled(sound: Mapping[str, Any]) -> dict[str, Any]:
    rating = {**_RATING, "text": _words(sound["languages"])}
    return {"code": _FILLER, "kind": "factor", "questions": [rating]}


def _words(languages: Mapping[str, str]) -> dict[str, str]:
    return dict.fromkeys(languages, "x")


def _sound_scales(document: Mapping[str, Any], instead: list[Any]) -> dict[str, Any]:
    """Return the scales; what a faulty one lacks is no fault of the questions that use it."""
    return {
        code: instead if part_faults(document, Address("scale", scale=code)) else levels
        for code, levels in edition_parts.scales(document).items()
        if WORD.fullmatch(code) and len(code) <= 30
    }
