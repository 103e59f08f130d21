"""Long pages and large photos: as much is found as in single photos; what is left out is told."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from detector import Detector, import_marks, load_marks, read_picture
from detector.settings import Settings, TileSettings, WordSettings
from tests import scenes

WORDS = WordSettings(read=False)
PHOTOS = 8


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    Image.fromarray(scenes.emblem()).save(home / "shield.png")
    Image.fromarray(scenes.ring()).save(home / "ring.png")
    import_marks(home / "index", load_marks([home]), Settings(words=WORDS))
    return home / "index"


def singles():
    """Photos of one width, each with one mark or none, and the middle of the mark."""
    for number in range(PHOTOS):
        mark = (scenes.emblem(), scenes.ring(), None)[number % 3]
        x, y = 60 + 25 * (number % 5), 130 - 12 * (number % 4)
        photo = scenes.ground(number)
        if mark is not None:
            photo = scenes.laid(photo, mark, scenes.pose(x, y, 0.5, 4 * number - 12))
        yield photo, (None if mark is None else ("shield", "ring")[number % 3])


def inspected(index, tmp_path, pixels, **tiles):
    Image.fromarray(np.ascontiguousarray(pixels)).save(tmp_path / "photo.png")
    settings = Settings(words=WORDS, tiles=TileSettings(**tiles))
    return Detector.open(index, settings=settings, top=50).inspect(
        read_picture(tmp_path / "photo.png")
    )


@pytest.mark.parametrize("axis", [0, 1], ids=["page", "shelf"])
def test_a_page_shows_what_its_photos_show(index, tmp_path, axis):
    photos = [*singles()]
    wanted = [(mark, number) for number, (_, mark) in enumerate(photos) if mark]
    page = np.concatenate([photo for photo, _ in photos], axis=axis)
    listing = inspected(index, tmp_path, page)
    found = sorted((finding.mark, middle(finding)[1 - axis] // 448) for finding in listing.findings)
    assert found == sorted(wanted)
    assert (listing.status, listing.message) == ("ok", "")
    assert len(inspected(index, tmp_path, page, most=0).findings) < len(wanted)


def middle(finding):
    x0, y0, x1, y1 = finding.box
    return (x0 + x1) / 2, (y0 + y1) / 2


def test_a_small_mark_in_a_large_photo_is_found_in_its_place(index, tmp_path):
    pixels = np.repeat(np.repeat(scenes.ground(1), 2, axis=0), 5, axis=1)
    pixels = scenes.laid(pixels, scenes.emblem(), scenes.pose(1570, 410, 0.4))
    listing = inspected(index, tmp_path, pixels)
    (found,) = listing.findings
    assert found.mark == "shield"
    assert np.abs(np.array(found.box) - (1570, 410, 1690, 530)).max() < 25
    assert (listing.width, listing.height) == (2240, 896)
    for piece in found.evidence:
        if piece.homography is not None and piece.channel in ("alignment", "sift"):
            assert piece.homography[0, 2] > 1000  # in the photo, not in its tile


def test_what_was_not_looked_at_closely_is_told(index, tmp_path):
    page = np.concatenate([scenes.ground(number) for number in range(6)])
    none, few = inspected(index, tmp_path, page, most=0), inspected(index, tmp_path, page, most=3)
    assert none.message.startswith("a large picture, looked at as a whole alone")
    assert few.message.startswith("a large picture, looked at in 3 parts at ")
    assert none.status == few.status == "ok"


def test_an_ordinary_photo_is_looked_at_once(index, tmp_path):
    photo = scenes.laid(scenes.ground(2), scenes.ring(), scenes.pose(80, 60, 0.6))
    detector = Detector.open(index, settings=Settings(words=WORDS))
    Image.fromarray(photo).save(tmp_path / "photo.png")
    assert len([*detector.describe(read_picture(tmp_path / "photo.png").pictures)]) == 1
