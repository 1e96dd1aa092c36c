"""A workbook in XLSForm → the document of an edition.

What an edition cannot hold is refused with its sheet, row and column, never left out in silence.
Whether the document is an edition is the parser's to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from surveys.questionnaires import xlsform_cells
from surveys.questionnaires.definitions import BASE_LANGUAGE, DRAFT, REVIEWED
from surveys.questionnaires.xlsform_cells import Line, XLSFormFault
from surveys.questionnaires.xlsform_writing import FLAGS, OURS

BEGIN, END = {"begin_group", "begin group"}, {"end_group", "end group"}
SELECT = re.compile(r"(?P<type>select_one|select_multiple) +(?P<list>\S+)")
AT_MOST = re.compile(r"count-selected\(\s*\.\s*\)\s*<=\s*(?P<max>\d{1,3})")
YES, NO = {"yes", "true", "true()", "1"}, {"", "no", "false", "false()", "0"}
# How another program shows or fills a question says nothing of the question.
PASSED_OVER = {"appearance", "constraint_message", "required_message"}
SURVEY = {"type", "name", "label", "constraint", "required", *PASSED_OVER}
SURVEY |= {OURS + key for key in ("kind", "wording", *FLAGS)}
CHOICES = {"list_name", "list name", "name", "label", f"{OURS}points"}
SETTINGS = {"form_title", "title", "form_id", "id_string", "version", "default_language", "style"}


def document_of(content: bytes) -> dict[str, Any]:
    """Return the document a workbook describes; it may still lack what an edition needs.

    Raises:
        XLSFormFault: no workbook, or something in it that an edition cannot hold.
    """
    sheets = xlsform_cells.read(content)
    for name in ("survey", "choices"):
        if name not in sheets:
            raise XLSFormFault(name, 1, "", _("The sheet is missing."))
    for name, lines in sheets.items():
        if name not in {"survey", "choices", "settings"} and lines:
            raise lines[0].fault("", _("This sheet has no counterpart here. Please remove it."))
    settings = _settings(sheets.get("settings", []))
    default = xlsform_cells.language_code(settings.get("default_language")) or BASE_LANGUAGE
    lists = _lists(sheets["choices"], default)
    reader = _Survey(lists, default)
    for line in sheets["survey"]:
        reader.take(line)
    document = {
        **_head(settings),
        "scales": {name: one for name, one in lists.items() if _is_scale(one)},
        "sections": reader.finished(sheets["survey"]),
    }
    statuses = _statuses(settings)
    document["languages"] = dict.fromkeys(_languages(document), DRAFT) | statuses
    return {key: document[key] for key in sorted(document, key=_rank)}


def _rank(key: str) -> int:
    return ("code", "edition", "title", "languages", "scales", "sections").index(key)


def _settings(lines: list[Line]) -> Line:
    if len(lines) > 1:
        raise lines[1].fault("", _("The sheet has one row."))
    line = lines[0] if lines else Line("settings", 2, {})
    line.only(SETTINGS, {f"{OURS}title", f"{OURS}status"})
    return line


def _head(settings: Line) -> dict[str, Any]:
    title = settings.cells.get("form_title") or settings.cells.get("title", "")
    titles = {BASE_LANGUAGE: title} if title else {}
    titles |= settings.texts(f"{OURS}title", BASE_LANGUAGE)
    code = settings.get("form_id") or settings.get("id_string")
    version = settings.get("version")
    if version and not (version.isascii() and version.isdigit() and len(version) < 4):
        # Others number their forms by the day; the next number is a person's to say.
        version = ""
    head: dict[str, Any] = {"title": titles, "edition": int(version or 1)}
    return head | ({"code": code} if code else {})


def _statuses(settings: Line) -> dict[str, str]:
    found = settings.texts(f"{OURS}status", BASE_LANGUAGE)
    return {BASE_LANGUAGE: REVIEWED} | {code: status.strip() for code, status in found.items()}


def _languages(node: object) -> set[str]:
    """Return the languages of all texts below a part."""
    if isinstance(node, list):
        return {language for child in node for language in _languages(child)}
    if not isinstance(node, dict):
        return set()
    own = {key for name in ("text", "title") for key in node.get(name) or {}}
    return own | {language for child in node.values() for language in _languages(child)}


def _lists(lines: list[Line], default: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        line.only(CHOICES, {"label"})
        name = line.get("list_name") or line.get("list name")
        if not name:
            raise line.fault("list_name", _("This is missing."))
        option: dict[str, Any] = {"text": line.texts("label", default)}
        if points := line.get(f"{OURS}points"):
            option["points"] = _number(line, f"{OURS}points", points)
        found.setdefault(name, []).append(option)
    return found


def _number(line: Line, column: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise line.fault(column, _("A whole number is needed."))
    return int(text)


def _is_scale(options: list[dict[str, Any]]) -> bool:
    return any("points" in option for option in options)


class _Survey:
    """The sections so far while the rows of the sheet "survey" come in."""

    def __init__(self, lists: Mapping[str, list[dict[str, Any]]], default: str) -> None:
        self._lists = lists
        self._default = default
        self._sections: list[dict[str, Any]] = []
        self._group: dict[str, Any] | None = None

    def finished(self, lines: list[Line]) -> list[dict[str, Any]]:
        if self._group is not None:
            raise lines[-1].fault("type", _("A group is not ended."))
        return self._sections

    def take(self, line: Line) -> None:
        line.only(SURVEY, {"label", *PASSED_OVER})
        kind = line.get("type")
        if line.get("required").casefold() not in NO:
            raise line.fault("required", _("No answer can be required here. Please empty it."))
        if kind in BEGIN:
            self._begin(line)
        elif self._group is None:
            raise line.fault("type", _("Every question stands in a group: begin_group is missing."))
        elif kind in END:
            self._end()
        elif kind == "note":
            self._title(line)
        else:
            self._group["questions"].append(self._question(line, kind))

    def _begin(self, line: Line) -> None:
        if self._group is not None:
            raise line.fault("type", _("A group cannot stand in another one."))
        for column in (f"{OURS}wording", "constraint", *(OURS + flag for flag in FLAGS)):
            if line.get(column):
                raise line.fault(column, _("A group has no such thing."))
        title = line.texts("label", self._default)
        self._group = {"code": line.get("name"), "kind": line.get(f"{OURS}kind")}
        self._group |= {"title": title} if title else {}
        self._group["questions"] = []
        self._sections.append(self._group)

    def _end(self) -> None:
        assert self._group is not None  # noqa: S101 - only narrows the type
        kinds = {question["kind"] for question in self._group["questions"]}
        if not self._group["kind"]:
            guess = "factor" if "rating" in kinds else "facts"
            self._group["kind"] = "comment" if kinds == {"text"} else guess
        self._group = None

    def _title(self, line: Line) -> None:
        """Take a note that begins a group without a label as its title."""
        assert self._group is not None  # noqa: S101 - only narrows the type
        if self._group["questions"] or "title" in self._group:
            reason = _("A note can only be the first row of a group that has no label.")
            raise line.fault("type", reason)
        self._group["title"] = line.texts("label", self._default)

    def _question(self, line: Line, kind: str) -> dict[str, Any]:
        question: dict[str, Any] = {"code": line.get("name")}
        found = SELECT.fullmatch(kind)
        if found:
            question |= self._chosen(line, found["type"], found["list"])
        elif kind == "text":
            question["kind"] = "text"
            if line.get("constraint"):
                raise line.fault("constraint", _("A text takes no constraint here."))
        else:
            reason = _('The type "%(type)s" has no counterpart here.') % {"type": kind}
            raise line.fault("type", reason)
        said = line.get(f"{OURS}kind")
        if said and said != question["kind"]:
            raise line.fault(f"{OURS}kind", _("This does not fit the type of the row."))
        if wording := line.get(f"{OURS}wording"):
            question["wording"] = wording
        for flag in FLAGS:
            if _yes(line, OURS + flag):
                question[flag] = True
        return question | {"text": line.texts("label", self._default)}

    def _chosen(self, line: Line, type_: str, name: str) -> dict[str, Any]:
        if name not in self._lists:
            reason = _('The sheet "choices" has no list "%(list)s".') % {"list": name}
            raise line.fault("type", reason)
        limit = line.get("constraint")
        at_most = AT_MOST.fullmatch(limit)
        if limit and (at_most is None or type_ == "select_one"):
            reason = _("Of constraints only count-selected(.) <= number is known, for several.")
            raise line.fault("constraint", reason)
        options = self._lists[name]
        if type_ == "select_one":
            if _is_scale(options):
                return {"kind": "rating", "scale": name}
            return {"kind": "choice", "options": options}
        if _is_scale(options):
            raise line.fault("type", _("A list with points is a scale: select_one is needed."))
        found: dict[str, Any] = {"kind": "multiple", "options": options}
        return found | ({"max": int(at_most["max"])} if at_most else {})


def _yes(line: Line, column: str) -> bool:
    said = line.get(column).casefold()
    if said in YES:
        return True
    if said in NO:
        return False
    raise line.fault(column, _("yes or nothing is needed."))
