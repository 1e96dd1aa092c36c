"""A template of this folder and its values → the bytes of a PDF."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import segno
import typst

FOLDER = Path(__file__).resolve().parent
# What templates may read: those of other apps import the look from here.
ROOT = FOLDER.parent.parent
# Typst keeps what it has laid out for its next ten runs, half a megabyte a poster; after a large
# document as many empty ones, 5 ms each, make it forget.
LARGE = 200_000
RUNS_KEPT = 10
# PDF for everyone (ISO 14289-1): tagged, with a title and a language, read aloud in order. It
# also refuses a letter that the typeface lacks, where a plain PDF would show an empty box.
STANDARD: Literal["ua-1"] = "ua-1"


class CannotPrint(ValueError):
    """The values cannot be set as asked; the message is the typesetter's."""


def typeset(template: str | Path, values: Mapping[str, object]) -> bytes:
    """Return the PDF of a template.

    Args:
        template: of this folder, such as "poster.typ", or the whole path of another app's.
        values: what can be JSON; the template reads it as `sys.inputs.values`.

    Raises:
        CannotPrint: a letter is not in the typeface, or the template does not take the values.
    """
    text = json.dumps(values, ensure_ascii=False)
    try:
        pdf = typst.compile(
            FOLDER / template,
            root=ROOT,
            font_paths=[typeface()],
            ignore_system_fonts=True,
            sys_inputs={"values": text},
            pdf_standards=[STANDARD],
        )
    except typst.TypstError as error:
        raise CannotPrint(str(error)) from error
    finally:
        if len(text) > LARGE:
            _forget()
    if not isinstance(pdf, bytes):
        raise CannotPrint(f"{template} is no document of one file")
    return pdf


def _forget() -> None:
    for _run in range(RUNS_KEPT + 1):
        typst.compile(b"", ignore_system_fonts=True)


def qr_code(address: str, *, scalable: bool = False) -> str:
    """Return a QR code as SVG: level Q (a quarter may be dirty), on white, 4 modules of margin.

    Args:
        scalable: it has no size of its own, but that of the place it is put into.
    """
    drawing = io.BytesIO()
    code = segno.make(address, error="q", boost_error=False, micro=False)
    code.save(drawing, kind="svg", border=4, light="white", xmldecl=False, omitsize=scalable)
    return drawing.getvalue().decode()


@cache
def typeface() -> Path:
    """Return the folder of Be Vietnam Pro, whole TTF files: split ones garble Vietnamese."""
    package = find_spec("fontpkg_be_vietnam_pro")
    if package is None or package.origin is None:
        raise CannotPrint("The package fontpkg-be-vietnam-pro is not installed.")
    return Path(package.origin).parent / "files"
