"""An Edition → the document that describes it, as files and rows hold it. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import yaml

from surveys.questionnaires.codebook import Edition, Option, Question, Section


def document_of(edition: Edition) -> dict[str, Any]:
    """Return the document of an edition; `editions.parse` of it gives the same edition."""
    return {
        "code": edition.code,
        "edition": edition.number,
        "title": dict(edition.title),
        "languages": dict(edition.languages),
        "scales": {
            code: [{**_option(level), "points": level.worth} for level in levels]
            for code, levels in edition.scales.items()
        },
        "sections": [_section(section) for section in edition.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    title = {"title": dict(section.title)} if section.title else {}
    questions = [_question(question) for question in section.questions]
    return {"code": section.code, "kind": section.kind, **title, "questions": questions}


def _question(question: Question) -> dict[str, Any]:
    document: dict[str, Any] = {"code": question.code, "kind": question.kind}
    document |= {
        key: value
        for key, value in (
            ("scale", question.scale),
            ("max", question.max),
            ("wording", question.wording),
        )
        if value is not None
    }
    flags = ("short", "dont_know", "not_applicable")
    document |= {flag: True for flag in flags if getattr(question, flag)}
    document["text"] = dict(question.text)
    if question.kind in {"choice", "multiple"}:
        document["options"] = [_option(option) for option in question.options]
    return document


def _option(option: Option) -> dict[str, Any]:
    return {"text": dict(option.text)}


def digest(part: object) -> str:
    """Return what tells a part of a document from any other: equal for equal content.

    The order of keys does not count: the database keeps none.
    """
    text = json.dumps(part, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class _Writer(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def to_yaml(document: object) -> str:
    """Return a document as a YAML file, nothing of it referring to another place."""
    return yaml.dump(document, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=96)
