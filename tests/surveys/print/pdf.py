"""Reading what was printed: the text of a PDF, and the QR codes on a picture of it."""

from __future__ import annotations

from contextlib import closing

import pypdfium2
import zxingcpp


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
