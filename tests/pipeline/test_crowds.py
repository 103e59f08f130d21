"""Many signs in one photo: each is a finding, and where a limit cuts, the answer says so."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from detector import Detector, geometry, import_marks, load_marks, read_picture
from detector.settings import InstanceSettings, Settings, WordSettings
from tests import scenes

COLUMNS, ROWS, CELL = 4, 3, 170
NAMES = [f"sticker-{number}" for number in range(COLUMNS * ROWS)]
WORDS = WordSettings(read=False)


def sticker(number):
    """A mark of our own: crooked patches, bars and a disc on white."""
    random = np.random.default_rng((7, number))
    picture = np.full((240, 240, 3), 255, np.uint8)
    for _ in range(5):
        corners = random.integers(40, 200, 2) + random.integers(-60, 61, (5, 2))
        shade = tuple(int(value) for value in random.integers(0, 200, 3))
        cv2.fillPoly(picture, [cv2.convexHull(corners.astype(np.int32))], shade, cv2.LINE_AA)
    x, y = (int(value) for value in random.integers(60, 180, 2))
    cv2.circle(picture, (x, y), 24, (255, 255, 255), -1, cv2.LINE_AA)
    cv2.line(picture, (20, y), (220, x), (20, 20, 20), 7, cv2.LINE_AA)
    return picture


def banner():
    """A wide mark of our own: an arrow, a chain of different figures, and a bar."""
    picture = np.full((60, 620, 3), 255, np.uint8)
    cv2.fillPoly(picture, [np.array([[8, 30], [60, 4], [60, 56]])], (160, 30, 40), cv2.LINE_AA)
    for number in range(7):
        sides = 3 + number % 5
        turns = np.arange(sides) * 2 * np.pi / sides + number
        points = np.stack([100 + 62 * number + 25 * np.cos(turns), 30 + 25 * np.sin(turns)], axis=1)
        cv2.fillPoly(picture, [points.astype(np.int32)], (30, 20 + 30 * number, 120), cv2.LINE_AA)
    cv2.rectangle(picture, (530, 12), (608, 48), (20, 20, 20), 10)
    return picture


def frame():
    """A label of our own that leaves room inside for another sign."""
    picture = np.full((400, 400, 3), (238, 230, 206), np.uint8)
    cv2.rectangle(picture, (10, 10), (389, 389), (60, 30, 90), 9)
    for number in range(9):
        at = 30 + 40 * number
        cv2.circle(picture, (at, 48), 8 + number, (150, 90, 30), -1, cv2.LINE_AA)
        cv2.line(picture, (30, at), (70 - 3 * number, at + 14), (60, 30, 90), 7, cv2.LINE_AA)
    return picture


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    drawn = {name: sticker(number) for number, name in enumerate(NAMES)}
    drawn |= {"banner": banner(), "frame": frame(), "shield": scenes.emblem()}
    for name, pixels in drawn.items():
        Image.fromarray(pixels).save(home / f"{name}.png")
    import_marks(home / "index", load_marks([home]), Settings(words=WORDS))
    return home / "index"


def inspected(index, tmp_path, pixels, **settings):
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    detector = Detector.open(index, settings=Settings(words=WORDS, **settings), top=50)
    return detector.inspect(read_picture(tmp_path / "photo.png"))


def sheet(names):
    """A sheet of stickers, in rows."""
    pixels = np.full((ROWS * CELL, COLUMNS * CELL, 3), (214, 220, 226), np.uint8)
    for place, name in enumerate(names):
        row, column = divmod(place, COLUMNS)
        pose = scenes.pose(column * CELL + 18, row * CELL + 18, 0.56)
        pixels = scenes.laid(pixels, sticker(NAMES.index(name)), pose)
    return pixels


def marks_of(listing):
    return sorted(finding.mark for finding in listing.findings)


def test_more_poses_are_checked_where_more_stands_out(index, tmp_path):
    few = {"checked": 6, "checked_per_place": 0}
    assert len(marks_of(inspected(index, tmp_path, sheet(NAMES), **few))) <= 6
    listing = inspected(index, tmp_path, sheet(NAMES), checked=6, checked_per_place=4)
    assert marks_of(listing) == sorted(NAMES)
    assert (listing.status, listing.message) == ("ok", "")


def test_the_limit_of_checked_poses_is_told(index, tmp_path):
    listing = inspected(index, tmp_path, sheet(NAMES), checked=6, most_checked=8)
    assert "the 8 places that are checked" in listing.message
    assert (listing.status, listing.clean) == ("partial", False)


def test_the_same_mark_many_times_is_as_many_instances(index, tmp_path):
    names = ["sticker-1", "sticker-2", "sticker-1", "sticker-1", "sticker-2", "sticker-1"]
    listing = inspected(index, tmp_path, sheet(names))
    assert marks_of(listing) == sorted(names)
    assert {one.instance for one in listing.findings if one.mark == "sticker-1"} == {1, 2, 3, 4}


def test_the_limit_of_instances_is_told(index, tmp_path):
    names = ["sticker-1"] * 4
    listing = inspected(index, tmp_path, sheet(names), instances=InstanceSettings(most=3))
    assert marks_of(listing) == ["sticker-1"] * 3
    assert listing.message == "no more than 3 instances of sticker-1 are looked for."
    assert listing.status == "ok"


def test_two_copies_side_by_side_on_a_diagonal_are_two_instances(index, tmp_path):
    """Their upright boxes are nearly the same."""
    pixels = np.full((640, 640, 3), (196, 204, 210), np.uint8)
    for x, y, scale in ((130, 40, 0.95), (74, 92, 0.93)):
        pixels = scenes.laid(pixels, banner(), scenes.pose(x, y, scale, 45))
    listing = inspected(index, tmp_path, pixels)
    assert marks_of(listing) == ["banner", "banner"]
    one, other = listing.findings
    assert geometry.box_iou(one.box, other.box) > 0.6
    assert geometry.quad_share(one.quad, other.quad) < 0.5


def test_a_turned_mark_drops_no_small_one_in_its_upright_box(index, tmp_path):
    pixels = np.full((640, 640, 3), (196, 204, 210), np.uint8)
    pixels = scenes.laid(pixels, banner(), scenes.pose(110, 60, 0.95, 45))
    pixels = scenes.laid(pixels, scenes.emblem(), scenes.pose(370, 90, 0.5))
    listing = inspected(index, tmp_path, pixels)
    assert marks_of(listing) == ["banner", "shield"]


@pytest.mark.parametrize("share", [0.25, 0.66])
def test_a_mark_inside_a_larger_design_is_a_finding_of_its_own(index, tmp_path, share):
    pixels = np.full((640, 640, 3), (196, 204, 210), np.uint8)
    pixels = scenes.laid(pixels, frame(), scenes.pose(100, 110, 1.1))
    side = share * 440
    corner = 110 + 440 - side - 16
    pixels = scenes.laid(pixels, scenes.emblem(), scenes.pose(corner - 10, corner, side / 300))
    listing = inspected(index, tmp_path, pixels)
    assert marks_of(listing) == ["frame", "shield"]
