"""PDF and Illustrator files as pictures of marks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import MarkError
from detector.pictures.drawings import WHOLE, Box, DrawingWorker
from detector.records import Pixels

WORKER = DrawingWorker()
HELVETICA = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
WHITE_SQUARE = "1 1 1 rg 40 60 20 20 re f"
NO_CONTENT = (
    "This is an Adobe Illustrator File that was saved without PDF Content.",
    "Dies ist eine Adobe Illustrator-Datei, die ohne PDF-Inhalt gespeichert wurde.",
)


@pytest.fixture(scope="module", autouse=True)
def worker() -> Iterator[None]:
    with WORKER:
        yield


def pdf(*contents: str, size: tuple[int, int] = (200, 100)) -> bytes:
    """A PDF with a page for each content stream."""
    kids = " ".join(f"{3 + 2 * page} 0 R" for page in range(len(contents)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>")
    for page, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] "
            f"/Resources << {HELVETICA} >> /Contents {4 + 2 * page} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    return body + f"{head}{table}{end}".encode()


def drawn(data: bytes, side: int = 200, box: Box = WHOLE) -> Pixels:
    return WORKER.draw(data, "PDF", side, "logo.ai", box)


def text(words: str, mode: int = 0) -> str:
    return f"BT /F 8 Tf {mode} Tr 5 50 Td ({words}) Tj ET"


def test_the_ground_is_transparent_and_a_white_mark_is_there() -> None:
    pixels = drawn(pdf(WHITE_SQUARE))
    assert pixels.shape == (100, 200, 4)
    assert (pixels[20:40, 40:60] == 255).all()
    assert np.count_nonzero(pixels[..., 3]) == pytest.approx(400, abs=90)


def test_colours_are_in_their_order() -> None:
    assert (drawn(pdf("1 0 0 rg 0 0 200 100 re f")) == (255, 0, 0, 255)).all()


def test_the_first_page_is_drawn() -> None:
    assert (
        drawn(pdf("1 0 0 rg 0 0 200 100 re f", "0 1 0 rg 0 0 200 100 re f"))[..., 0] == 255
    ).all()


def test_a_box_of_the_page_is_drawn_by_itself() -> None:
    pixels = drawn(pdf(WHITE_SQUARE), 64, (0.2, 0.2, 0.3, 0.4))
    assert pixels.shape == (64, 64, 4)
    assert (pixels[2:-2, 2:-2] == 255).all()


@pytest.mark.parametrize("words", NO_CONTENT)
def test_an_illustrator_file_without_content_is_refused(words: str) -> None:
    with pytest.raises(MarkError, match="saved without PDF content") as told:
        drawn(pdf(text(words)))
    assert "Create PDF Compatible File" in told.value.remedy
    assert told.value.place == "logo.ai"


def test_text_in_a_font_of_this_machine_is_refused() -> None:
    with pytest.raises(MarkError, match="font that it does not embed"):
        drawn(pdf(f"{WHITE_SQUARE} {text('ACME')}"))
    assert drawn(pdf(f"{WHITE_SQUARE} {text('ACME', mode=3)}")).any()  # read by a scanner


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.4\nnothing", "the PDF cannot be read"),
        (pdf(""), "the PDF draws nothing"),
        (pdf(WHITE_SQUARE, size=(30000, 10)), "its page measures 30000 x 10"),
    ],
)
def test_what_cannot_be_drawn_is_told(data: bytes, message: str) -> None:
    with pytest.raises(MarkError, match=message) as told:
        drawn(data)
    assert told.value.remedy


@settings(max_examples=40)
@given(st.integers(0, 600), st.binary(max_size=60))
def test_damaged_bytes_raise_only_mark_errors(at: int, noise: bytes) -> None:
    whole = pdf(WHITE_SQUARE)
    try:
        pixels = drawn(whole[:at] + noise + whole[at + len(noise) :], 16)
    except MarkError:
        return
    assert pixels.dtype == np.uint8
