"""Documents of several pages: which of them are previews of others."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from detector.pictures.reader import read_bytes
from detector.records import Reading


def scenery(width: int, height: int, seed: int = 1) -> Image.Image:
    """A picture with shapes of many sizes, as a photo has."""
    noise = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)


def document(*pages: Image.Image, declared: tuple[int, ...] = ()) -> Reading:
    """Read a TIFF with these pages, of which some are declared to be previews."""
    file = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(file) as writer:
        for number, page in enumerate(pages):
            page.save(writer, "TIFF", tiffinfo={254: 1} if number in declared else {})
            writer.newFrame()
    return read_bytes(file.getvalue(), "pages.tif")


def frames(reading: Reading) -> list[int]:
    return [picture.frame for picture in reading.pictures]


@pytest.mark.parametrize("declared", [(), (0,)])
def test_a_preview_before_the_picture_is_left_out(declared: tuple[int, ...]) -> None:
    whole = scenery(601, 492)
    reading = document(whole.resize((60, 49)), whole, declared=declared)
    assert (reading.status, reading.width, reading.height) == ("ok", 601, 492)
    assert frames(reading) == [1]


def test_of_a_pyramid_the_largest_page_is_read() -> None:
    whole = scenery(640, 480)
    smaller = [whole.resize((640 // factor, 480 // factor)) for factor in (2, 4, 8)]
    assert frames(document(whole, *smaller)) == [0]
    assert frames(document(*reversed(smaller), whole)) == [3]


def test_pages_of_their_own_are_all_read() -> None:
    one, other = scenery(300, 200), scenery(600, 400, seed=2)
    assert frames(document(one, other)) == [0, 1]
    assert frames(document(other, one)) == [0, 1]
    assert frames(document(one, one.resize((200, 300)))) == [0, 1]
    blank = Image.new("RGB", (300, 200), (255, 255, 255))
    assert frames(document(blank, other)) == [0, 1]


def test_a_transparent_preview_is_left_out_on_both_grounds() -> None:
    whole = scenery(400, 300)
    whole.putalpha(scenery(400, 300, seed=3).convert("L"))
    reading = document(whole.resize((40, 30)), whole)
    assert [(p.frame, p.ground) for p in reading.pictures] == [(1, "white"), (1, "contrast")]


def test_what_holds_only_a_declared_preview_is_refused() -> None:
    reading = document(scenery(160, 120), declared=(0,))
    assert (reading.status, reading.width, reading.height) == ("refused", 160, 120)
    assert "only a preview" in reading.message
    assert "JPEG or PNG" in reading.message
