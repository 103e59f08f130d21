"""Draws the first page of a PDF with PDFium, also of an Illustrator file that holds one.

Runs in the child process of `detector.pictures.drawings`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from detector.errors import MarkError

_REMEDY = "Save it again without a password in the program that made it, or give an SVG or PNG."
_SAVE_WITH_CONTENT = (
    'Save it again with the option "Create PDF Compatible File", or give an SVG or PNG.'
)
# An Illustrator file without PDF content has a page that says so, in the language of its author.
_PLACEHOLDER = ("illustrator", "pdf")
_EMBED = "Convert text to outlines or embed the fonts, and save again."
_INVISIBLE = 3  # text rendering mode of a layer of recognised text
MAX_ASPECT = 200.0  # as of photos


def render(data: bytes, side: int, box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """Draw the part `box` of the first page, as `DrawingWorker.draw` describes.

    Raises `MarkError` for a document that cannot be read, and for an Illustrator file without PDF
    content, whose only page says so.
    """
    with _first_page(data) as page:
        text = page.get_textpage().get_text_range().lower()
        if all(word in text for word in _PLACEHOLDER):
            message = "the file was saved without PDF content"
            raise MarkError(message, remedy=_SAVE_WITH_CONTENT)
        if any(map(_needs_font, page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_TEXT]))):
            raise MarkError("the PDF has text in a font that it does not embed", remedy=_EMBED)
        width, height = page.get_size()
        left, top, right, bottom = (
            share * length for share, length in zip(box, (width, height) * 2, strict=True)
        )
        longest, shortest = max(right - left, bottom - top), min(right - left, bottom - top)
        if shortest <= 0 or longest > MAX_ASPECT * shortest:
            raise MarkError(f"its page measures {width:g} x {height:g}", remedy=_REMEDY)
        bitmap = page.render(
            scale=side / longest,
            crop=(left, height - bottom, width - right, top),
            fill_color=(0, 0, 0, 0),  # else a white mark is lost on a white page
            force_bitmap_format=pdfium.raw.FPDFBitmap_BGRA,
            rev_byteorder=True,
        )
        return np.array(bitmap.to_numpy())


def _needs_font(text: pdfium.PdfObject) -> bool:
    """Whether visible text is drawn in a font of this machine."""
    if pdfium.raw.FPDFTextObj_GetTextRenderMode(text) == _INVISIBLE:
        return False
    return bool(pdfium.raw.FPDFFont_GetIsEmbedded(pdfium.raw.FPDFTextObj_GetFont(text)) == 0)


@contextlib.contextmanager
def _first_page(data: bytes) -> Iterator[pdfium.PdfPage]:
    try:
        document = pdfium.PdfDocument(data)
        page = document[0]
    except (pdfium.PdfiumError, IndexError) as error:
        raise MarkError(f"the PDF cannot be read ({error})", remedy=_REMEDY) from error
    try:
        yield page
    finally:
        page.close()
        document.close()
