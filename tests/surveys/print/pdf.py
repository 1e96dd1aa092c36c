"""Reading what was printed: the text of a PDF, and the QR codes on a picture of it."""

from __future__ import annotations

from contextlib import closing
from typing import NamedTuple

import numpy as np
import pypdfium2
import zxingcpp
from numpy.typing import NDArray


def texts(pdf: bytes) -> list[str]:
    """Return the text of each page, every run of white space as one space."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        found = []
        for page in document:
            with closing(page), closing(page.get_textpage()) as text:
                found.append(" ".join(text.get_text_range().split()))
        return found


def codes(pdf: bytes, *, dots_per_inch: int = 110) -> list[list[str]]:
    """Return what a reader finds in the QR codes on a picture of each page."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        found = []
        for page in document:
            with closing(page), closing(page.render(scale=dots_per_inch / 72)) as picture:
                barcodes = zxingcpp.read_barcodes(picture.to_numpy())
                found.append(sorted(code.text for code in barcodes))
        return found


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return width and height of each page in millimetres."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        found = []
        for page in document:
            with closing(page):
                width, height = page.get_size()
                found.append((round(width / 72 * 25.4), round(height / 72 * 25.4)))
        return found


class PrintedCode(NamedTuple):
    """A QR code as it is on the picture; `quiet` is the width of the white around, in modules."""

    level: str
    quiet: float


def printed_codes(pdf: bytes, modules: int, *, dots_per_inch: int = 220) -> list[PrintedCode]:
    """Return the QR codes of the first page.

    Args:
        modules: how many modules wide the codes are.
    """
    with closing(pypdfium2.PdfDocument(pdf)) as document, closing(document[0]) as page:
        with closing(page.render(scale=dots_per_inch / 72, grayscale=True)) as picture:
            dots = picture.to_numpy().squeeze()
        white = dots > 250
        return [
            PrintedCode(code.ec_level, _quiet(white, code.position, modules))
            for code in zxingcpp.read_barcodes(dots)
        ]


def _quiet(white: NDArray[np.bool_], corners: zxingcpp.Position, modules: int) -> float:
    points = (corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right)
    left, right = min(point.x for point in points), max(point.x for point in points)
    top, bottom = min(point.y for point in points), max(point.y for point in points)
    module = (right - left) / modules
    # From the outermost black dots outwards: the corners of a reader are a dot or two off.
    margin = round(module / 2)
    gap = margin
    while (
        white[top - gap, left - gap : right + gap].all()
        and white[bottom + gap, left - gap : right + gap].all()
        and white[top - gap : bottom + gap, left - gap].all()
        and white[top - gap : bottom + gap, right + gap].all()
    ):
        gap += 1
    return gap / module
