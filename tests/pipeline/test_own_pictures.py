"""The mark's own picture as the photo is the surest of all; a code on it counts for nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from detector import Detector, import_marks, load_marks, read_picture
from detector.settings import Settings, WordSettings
from tests import scenes
from tests.pictures.test_codes import qr

SETTINGS = Settings(words=WordSettings(read=False))


def pattern():
    """A mark of our own that repeats: leaves in rows."""
    picture = np.full((480, 480, 3), (226, 236, 222), np.uint8)
    for row in range(12):
        for column in range(12):
            centre = 20 + 40 * column + 20 * (row % 2), 20 + 40 * row
            cv2.ellipse(picture, centre, (15, 7), 35, 0, 360, (40, 110, 60), -1, cv2.LINE_AA)
            cv2.ellipse(picture, centre, (6, 14), -20, 0, 360, (190, 120, 60), 2, cv2.LINE_AA)
    return picture


def fine():
    """A mark of our own with fine lines, close together."""
    picture = np.full((600, 420, 3), 250, np.uint8)
    for number in range(60):
        at = 20 + 9 * number
        cv2.line(picture, (30, at), (390, at + (number % 5) * 3), (40, 40, 90), 1, cv2.LINE_AA)
    for number in range(8):
        cv2.circle(picture, (60 + 42 * number, 300), 18 + number, (150, 60, 40), 2, cv2.LINE_AA)
    return picture


def icon():
    """A mark of our own on a plate with cut corners, transparent around it: RGBA."""
    picture = np.zeros((300, 300, 4), np.uint8)
    plate = np.array([[24, 0], [276, 0], [300, 24], [300, 276], [276, 300], [24, 300], [0, 276]])
    cv2.fillPoly(picture, [np.vstack([plate, [[0, 24]]])], (30, 60, 120, 255))
    cv2.circle(picture, (130, 150), 70, (240, 200, 60, 255), 16, cv2.LINE_AA)
    cv2.line(picture, (60, 240), (250, 50), (240, 240, 240, 255), 14, cv2.LINE_AA)
    return picture


def label():
    """A label of our own: the shield, and beside it a QR code."""
    picture = np.full((320, 560, 3), 255, np.uint8)
    picture[10:310, 10:310] = scenes.emblem()
    picture[50:270, 325:545] = qr("https://example.org/label", 220)
    return picture


DRAWN = {
    "pattern": pattern(),
    "fine": fine(),
    "icon": icon(),
    "ring": scenes.ring(),
    "shield": scenes.emblem_with_word(),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    for name, pixels in DRAWN.items():
        Image.fromarray(pixels).save(home / f"{name}.png")
    import_marks(home / "index", load_marks([home]), SETTINGS)
    return home


@pytest.fixture(scope="module")
def detector(home):
    return Detector.open(home / "index", settings=SETTINGS)


def photo_of(tmp_path, pixels, side=0):
    """The picture as it comes from a shop: on white, in another size, as JPEG."""
    picture = Image.fromarray(pixels)
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    if side:
        scale = side / max(picture.size)
        picture = picture.resize([round(scale * length) for length in picture.size])
    picture.convert("RGB").save(tmp_path / "photo.jpg", quality=90)
    return read_picture(tmp_path / "photo.jpg")


@pytest.mark.parametrize("side", [200, 640, 1100])
@pytest.mark.parametrize("name", DRAWN)
def test_the_own_picture_is_an_identical_copy_at_every_size(detector, tmp_path, name, side):
    listing = detector.inspect(photo_of(tmp_path, DRAWN[name], side))
    first = listing.findings[0]
    assert (first.mark, first.verdict, first.alterations) == (name, "identical copy", ())
    assert first.score >= 0.99
    assert [finding.mark for finding in listing.findings].count(name) == 1
    assert "the photo is this picture of the mark, whole" in first.reasons


def test_the_own_picture_mirrored_is_said_to_be(detector, tmp_path):
    mirrored = np.ascontiguousarray(DRAWN["shield"][:, ::-1])
    first = detector.inspect(photo_of(tmp_path, mirrored)).findings[0]
    assert (first.mark, first.verdict, first.alterations) == (
        "shield", "altered copy", ("mirrored",),
    )  # fmt: skip


def test_a_changed_part_is_no_longer_the_own_picture(detector, tmp_path):
    changed = DRAWN["shield"].copy()
    changed[70:170, 90:210] = changed[70:170, 90:210][::-1, ::-1, [2, 0, 1]]
    listing = detector.inspect(photo_of(tmp_path, changed))
    assert not any(finding.verdict == "identical copy" for finding in listing.findings)


@pytest.mark.parametrize("number", range(4))
def test_a_photo_of_something_else_is_nobodys_picture(detector, tmp_path, number):
    assert detector.inspect(photo_of(tmp_path, scenes.ground(number))).findings == ()


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    home = tmp_path_factory.mktemp("labels")
    Image.fromarray(label()).save(home / "label.png")
    import_marks(home / "index", load_marks([home]), SETTINGS)
    return Detector.open(home / "index", settings=SETTINGS)


@pytest.mark.parametrize("number", range(4))
def test_another_code_is_not_the_code_on_a_label(labels, tmp_path, number):
    code = qr(f"https://example.com/{number * 977}", 190)
    pixels = scenes.laid(scenes.ground(number), code, scenes.pose(130, 120, 1.0, 7 * number))
    assert labels.inspect(photo_of(tmp_path, pixels)).findings == ()


def test_a_label_with_a_code_is_found(labels, tmp_path):
    pixels = scenes.laid(scenes.ground(3), label(), scenes.pose(40, 90, 0.65))
    listing = labels.inspect(photo_of(tmp_path, pixels))
    assert [finding.mark for finding in listing.findings] == ["label"]
