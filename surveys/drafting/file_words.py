"""Why a file is no YAML, in the words and the language of officials, with line and column."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.definition_import import FileError

# What PyYAML and surveys.questionnaires.definition_import find → how it is told.
TOLD: tuple[tuple[str, Promise], ...] = (
    (r"the file is empty", gettext_lazy("The file is empty.")),
    (
        r"is not utf-8.*",
        gettext_lazy("The file is not in UTF-8. Please save it again in this encoding."),
    ),
    (
        r'"(?P<name>.+)" stands already in line (?P<first>\d+)',
        gettext_lazy("“%(name)s” stands already in line %(first)s."),
    ),
    (
        r"(?P<name>.*) repeats another place .*",
        gettext_lazy("A reference (*) is not taken here. Please write it out."),
    ),
    (
        r"mapping values are not allowed here",
        gettext_lazy(
            "There is a colon too many, or the line is indented wrongly. Put a text with a colon"
            " between quotation marks."
        ),
    ),
    (
        r"could not find expected ':'",
        gettext_lazy("A colon is missing after the name, or the line before does not end."),
    ),
    (
        r"found character '(\\t|%|@|`).*' that cannot start any token",
        gettext_lazy(
            "This character cannot begin a value. Indent with spaces, never with tabs, and put"
            " such texts between quotation marks."
        ),
    ),
    (
        r"found unexpected end of stream|found unexpected document indicator",
        gettext_lazy("A quotation mark is opened and never closed."),
    ),
    (
        r"expected <block end>, but found .*|did not find expected .*|expected ',' or .*",
        gettext_lazy("The line is indented otherwise than those around it, or a bracket is open."),
    ),
    (
        r"could not determine a constructor .*|found undefined .*|found unhashable key",
        gettext_lazy("Tags (!), references (*) and nested names are not taken here."),
    ),
    (r"but found another document", gettext_lazy("The file holds two documents (---).")),
)


def told(error: FileError) -> str:
    """Return why a file cannot be read; faults in what it says are told by edition_words."""
    if not error.fault:
        return str(error)
    words = _("From here on the file is no YAML that can be read.")
    for pattern, text in TOLD:
        if found := re.fullmatch(pattern, error.fault, re.DOTALL):
            words = str(text) % found.groupdict()
            break
    if error.line and error.column:
        place = _("Line %(line)d, column %(column)d")
        return f"{place % {'line': error.line, 'column': error.column}}: {words}"
    if error.line:
        return f"{_('Line %(line)d') % {'line': error.line}}: {words}"
    return words
