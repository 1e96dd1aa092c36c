"""Files that become drafts: an edition as YAML or as a workbook in XLSForm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from surveys.drafting import file_words
from surveys.questionnaires import xlsform_reading
from surveys.questionnaires.definition_import import FileError, read_yaml_bytes
from surveys.questionnaires.xlsform_cells import XLSFormFault

MOST_BYTES = 2 * 1024 * 1024


class NotTaken(ValueError):
    """A file that cannot become a draft; the message says why."""


def document_of(upload: UploadedFile | None) -> dict[str, Any]:
    """Return the document in a file, however incomplete.

    Raises:
        NotTaken: too large, neither YAML nor XLSForm, or of something an edition cannot hold.
    """
    if upload is None:
        raise NotTaken(_("Please choose a file."))
    if (upload.size or 0) > MOST_BYTES:
        raise NotTaken(_("The file is larger than %(n)d MB.") % {"n": MOST_BYTES // 1024**2})
    content = upload.read()
    try:
        if content.startswith(b"PK\x03\x04"):
            return _plain(xlsform_reading.document_of(content))
        return _plain(read_yaml_bytes(content, Path(upload.name or "yaml")).data)
    except FileError as error:
        raise NotTaken(file_words.told(error)) from error
    except XLSFormFault as error:
        raise NotTaken(str(error)) from error
    # Thousands of brackets within each other.
    except RecursionError as error:
        raise NotTaken(_("This is neither YAML nor XLSForm.")) from error


def _plain(data: object) -> dict[str, Any]:
    """Return data as the database can hold it."""
    if not isinstance(data, dict):
        raise NotTaken(_("This is neither YAML nor XLSForm."))
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, default=str)
        text.encode()
    except (TypeError, ValueError) as error:
        raise NotTaken(_("This is neither YAML nor XLSForm.")) from error
    if "\\u0000" in text:
        raise NotTaken(_("There is an invisible character that no file can hold."))
    plain: dict[str, Any] = json.loads(text)
    return plain
