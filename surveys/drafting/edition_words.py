"""What the parser of editions finds, in the words and the language of officials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from surveys.drafting import edition_faults, edition_parts
from surveys.questionnaires.definitions import DefinitionError

KINDS: Mapping[str, Promise] = {
    "factor": gettext_lazy("factor of the index"),
    "facts": gettext_lazy("facts"),
    "expectations": gettext_lazy("expectations"),
    "profile": gettext_lazy("about the person"),
    "comment": gettext_lazy("free text"),
    "rating": gettext_lazy("rating on a scale"),
    "choice": gettext_lazy("one of several answers"),
    "multiple": gettext_lazy("several answers"),
    "text": gettext_lazy("written answer"),
}
WORDINGS: Mapping[str, Promise] = {
    "verbatim": gettext_lazy("word for word from the source"),
    "reconstructed": gettext_lazy("reconstructed"),
}
STATUSES: Mapping[str, Promise] = {
    "draft": pgettext_lazy("texts of a language", "draft"),
    "reviewed": pgettext_lazy("texts of a language", "reviewed"),
}
# What a fault of surveys.questionnaires.editions says → how it is told.
TOLD: tuple[tuple[str, Promise], ...] = (
    (r"there is no such key; .*", gettext_lazy("There can be no such entry here.")),
    (r"a \w+ question has no such key", gettext_lazy("A question of this kind has no such entry.")),
    (r'the text in "(?P<language>[^"]+)" is missing', gettext_lazy("The text is missing.")),
    (r"Vietnamese .* is missing", gettext_lazy("Vietnamese is missing.")),
    (r"is missing", gettext_lazy("This is missing.")),
    (
        r"a whole number from (?P<low>\d+) to (?P<high>\d+) is needed.*",
        gettext_lazy("A whole number from %(low)s to %(high)s is needed."),
    ),
    (
        r"at most (?P<n>\d+) characters like \[a-z0-9\].*",
        gettext_lazy("At most %(n)s small letters without accents, digits and hyphens are needed."),
    ),
    (
        r"at most (?P<n>\d+) characters like .*",
        gettext_lazy(
            "At most %(n)s small letters without accents, digits and _ are needed, a letter first."
        ),
    ),
    (
        r"a scale's code is like .*",
        gettext_lazy("Small letters without accents, digits and _ are needed, a letter first."),
    ),
    (r"a text is needed.*", gettext_lazy("A text is needed.")),
    (r"has more than (?P<n>\d+) characters", gettext_lazy("At most %(n)s characters are taken.")),
    (
        r"has a character that no file can hold",
        gettext_lazy("There is an invisible character that no file can hold. Please type it anew."),
    ),
    (r"(.* )?is no language code", gettext_lazy("This is no language code, such as en or tyz.")),
    (
        r'the language "(?P<language>[^"]+)" is not among `languages`',
        gettext_lazy("The language %(language)s is not one of this questionnaire."),
    ),
    (r"draft or reviewed is needed.*", gettext_lazy("Draft or reviewed is needed.")),
    (r"at least one entry is needed", gettext_lazy("At least one is needed.")),
    (r"a scale has 2 to 9 levels.*", gettext_lazy("A scale has 2 to 9 levels.")),
    (
        r"the worst level comes first.*",
        gettext_lazy("The worst level comes first: points must rise from level to level."),
    ),
    (
        r"text questions, and only they.*",
        gettext_lazy("Written answers stand in a section for free text, and nothing else does."),
    ),
    (r"a factor needs at least one rating", gettext_lazy("A factor needs at least one rating.")),
    (
        r'"(?P<code>[^"]+)" is a column of files .*',
        gettext_lazy('"%(code)s" is kept for a column of files. Please take another code.'),
    ),
    (r'there is no scale "(?P<code>[^"]*)"', gettext_lazy('There is no scale "%(code)s".')),
    (
        r"2 to (?P<n>\d+) options are needed",
        gettext_lazy("2 to %(n)s answers to choose from are needed."),
    ),
    (r"stands already at .*", gettext_lazy("Another one has this code already.")),
    (r"a sheet has one comment.*", gettext_lazy("A sheet has one written answer, and not two.")),
    (
        r"at least one question that is no text is needed",
        gettext_lazy("At least one question that is no written answer is needed."),
    ),
    (r"one of .* is needed.*", gettext_lazy("One of the answers offered is needed.")),
    (r"true or false is needed.*", gettext_lazy("Yes or no is needed.")),
    (r"a \w+(?: \w+)* is needed.*", gettext_lazy("This is not built as it must be.")),
)


def told(error: DefinitionError) -> str:
    """Return what is wrong, without the place."""
    for pattern, words in TOLD:
        if found := re.fullmatch(pattern, error.fault, re.DOTALL):
            return str(words) % found.groupdict()
    return error.fault


def missing_language(error: DefinitionError) -> str:
    """Return the language in which a text is missing, "" for another fault."""
    found = re.fullmatch(r'the text in "([^"]+)" is missing', error.fault)
    return found[1] if found else ""


def parts_with_faults(document: Mapping[str, Any]) -> set[str]:
    """Return the addresses of all parts with which something is wrong."""
    return {part_of(error.place) for error in edition_faults.faults(document)}


def part_of(place: str) -> str:
    """Return the address of the part in which a place lies."""
    found = re.match(r"sections\[(\d+)\](?:\.questions\[(\d+)\])?", place)
    if found:
        question = "" if found[2] is None else f"q{found[2]}"
        return f"s{found[1]}{question}"
    scale = re.match(r"scales\.([^.\[]+)", place)
    return edition_parts.SCALE + scale[1] if scale else edition_parts.HEAD


def where(document: Mapping[str, Any], place: str) -> str:
    """Return a place as one finds it on the page: "Section 2, question c05, answer 3"."""
    words = []
    if section := re.match(r"sections\[(\d+)\]", place):
        words.append(_("Section %(n)d") % {"n": int(section[1]) + 1})
    if question := re.match(r"sections\[(\d+)\]\.questions\[(\d+)\]", place):
        rows = edition_parts.questions(edition_parts.sections(document)[int(question[1])])
        number = int(question[2])
        code = rows[number].get("code") if number < len(rows) else ""
        words.append(_("question %(code)s") % {"code": code or number + 1})
    if scale := re.match(r"scales\.([^.\[]+)", place):
        words.append(_("Scale %(code)s") % {"code": scale[1]})
    if option := re.search(r"(?:options|scales\.[^.\[]+)\[(\d+)\]", place):
        words.append(_("answer %(n)d") % {"n": int(option[1]) + 1})
    return ", ".join(words) or _("About the questionnaire")
