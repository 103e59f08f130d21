"""Graphics without a mark: many kinds, and the same set for the same seed on every machine."""

from __future__ import annotations

import string
import subprocess
import sys
from importlib.resources import files
from random import Random

import cv2
import draw_graphics as command
import numpy as np
import pytest
from PIL import Image

from detector.channels.stroke_alphabet import HEIGHT, strokes_of
from detector.errors import MissingExtra
from detector.evaluation.graphics import lettering
from detector.evaluation.graphics.draw import KINDS, draw_graphics, graphic
from detector.evaluation.graphics.finish import exported, photographed
from detector.evaluation.graphics.lettering import FACES, Lettering, some_lettering
from detector.evaluation.graphics.sheet import Sheet
from drawing.cohort.lettering import FACES as COHORT_FACES

SEEN = "graphics_seen.npz"
"""The first graphic of each kind, 12 by 12 pixels. `python -m tests.evaluation.test_graphics`
writes them anew; the figures measured with the old set can't be compared with new ones then."""


@pytest.fixture(scope="module")
def first():
    """The first graphic of each kind."""
    return [graphic(number) for number in range(len(KINDS))]


def small(pixels):
    return cv2.resize(pixels, (12, 12), interpolation=cv2.INTER_AREA)


def test_the_set_is_the_one_that_was_measured(first):
    seen = np.load(files("tests.evaluation").joinpath(SEEN), allow_pickle=False)
    assert list(seen) == list(KINDS)
    for kind, pixels, _ in first:
        difference = np.abs(small(pixels).astype(int) - seen[kind])
        assert difference.mean() < 4, kind  # versions of FreeType and OpenCV round differently


def test_every_kind_is_drawn_in_turn(first):
    assert [kind for kind, _, _ in first] == list(KINDS)
    for kind, pixels, quality in first:
        assert pixels.dtype == np.uint8
        assert pixels.shape[2] == 3, kind
        assert 200 <= min(pixels.shape[:2]) <= max(pixels.shape[:2]) <= 1300, kind
        assert small(pixels).std() > 4, kind
        assert 70 <= quality <= 95


@pytest.mark.parametrize("kind", ["logo", "product-with-logo", "pattern", "poster"])
def test_no_two_of_a_kind_are_alike(kind):
    start = list(KINDS).index(kind)
    shown = [cv2.resize(graphic(start + k * len(KINDS))[1], (32, 32)) for k in range(3)]
    for number, one in enumerate(shown):
        for other in shown[number + 1 :]:
            assert np.abs(one.astype(int) - other).mean() > 3


def test_files_are_pictures_and_the_same_for_the_same_seed(tmp_path):
    paths = draw_graphics(tmp_path / "a", 5, seed=3)
    assert [path.name for path in paths[:2]] == ["0000-care-label.jpg", "0001-logo.jpg"]
    for path in paths:
        with Image.open(path) as picture:
            assert picture.format == "JPEG"
            picture.load()
    again = draw_graphics(tmp_path / "b", 3, seed=3)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in paths[:3]]
    other = draw_graphics(tmp_path / "c", 3, seed=4)
    assert all(a.read_bytes() != b.read_bytes() for a, b in zip(again, other, strict=True))


def test_the_tool_draws_so_many(tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    monkeypatch.setattr(sys, "argv", ["draw_graphics.py", str(out), "--count", "2", "--seed", "9"])
    command.main()
    assert capsys.readouterr().out == f"2 graphics in {out}\n"
    assert len(list(out.glob("*.jpg"))) == 2


def test_the_faces_are_not_those_of_the_cohort():
    assert set(FACES.values()).isdisjoint(COHORT_FACES)


@pytest.mark.parametrize("face", [*FACES, "", 4, 6])
def test_every_face_letters_a_word(face):
    shape = np.asarray(Lettering(face, weight=0.08).shape("BRINT", 90))
    assert shape.max() > 250
    assert 0.1 < (shape > 128).mean() < 0.9
    assert shape.shape[1] > 1.5 * shape.shape[0]


def test_our_alphabet_has_every_capital_and_digit():
    for letter in string.ascii_uppercase + string.digits:
        points = np.concatenate(strokes_of(letter, smooth=True))
        assert points.min() >= 0, letter
        assert points[:, 1].max() == pytest.approx(HEIGHT, abs=0.5), letter
    shapes = {
        np.asarray(Lettering("", 0.1).shape(letter, 60).resize((30, 40))).tobytes()
        for letter in string.ascii_uppercase + string.digits
    }
    assert len(shapes) == 36


def test_display_letterings_differ():
    random = Random(5)
    assert len({some_lettering(random) for _ in range(40)}) > 35


def test_a_word_lies_in_its_box():
    sheet = Sheet(300, 200)
    x, y, wide, high = sheet.word((40, 50, 200, 80), "LARGE", Lettering("serif"), (0, 0, 0))
    rows, columns = np.nonzero(sheet.pixels()[..., 0] < 128)
    assert x - 1 <= columns.min() <= x + 3
    assert x + wide - 3 <= columns.max() <= x + wide + 1
    assert rows.min() >= 49
    assert rows.max() <= 131
    assert abs(y + high / 2 - 90) < 1.5


def test_a_paragraph_breaks_its_lines_and_stops_at_the_bottom():
    sheet = Sheet(400, 300)
    end = sheet.paragraph((20, 20, 200, 100), "several words " * 60, 20, (0, 0, 0))
    rows, columns = np.nonzero(sheet.pixels()[..., 0] < 128)
    assert columns.max() <= 221
    assert 90 < rows.max() <= 127
    assert rows.max() <= end + 8


def test_a_photo_shows_the_graphic_on_a_ground():
    red = np.zeros((300, 500, 3), np.uint8)
    red[..., 0] = 220
    photo = photographed(red, Random(2)).astype(int)
    assert max(photo.shape) == 1000
    redness = photo[..., 0] - photo[..., 1:].max(axis=2)
    high, wide = redness.shape
    assert redness[high // 2 - 20 : high // 2 + 20, wide // 2 - 20 : wide // 2 + 20].mean() > 120
    assert redness[:8, :8].mean() < 60


def test_an_export_is_the_graphic_or_a_smaller_one():
    pixels = graphic(2)[1]
    shapes = {exported(pixels, Random(seed)).shape for seed in range(12)}
    assert pixels.shape in shapes
    assert len(shapes) > 2
    assert all(abs(s[0] / s[1] - pixels.shape[0] / pixels.shape[1]) < 0.02 for s in shapes)


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    lettering._font_folder.cache_clear()
    lettering.font.cache_clear()
    with pytest.raises(MissingExtra, match="matplotlib"):
        lettering.font("sans", 20)
    assert lettering.font("neutral", 20).getlength("word") > 10
    lettering._font_folder.cache_clear()


def test_another_process_draws_the_same():
    """No order of sets or hashes enters."""
    code = "from detector.evaluation.graphics.draw import graphic; print(graphic(1)[1].sum())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert int(done.stdout) == int(graphic(1)[1].sum())


if __name__ == "__main__":
    drawn = {kind: small(pixels) for kind, pixels, _ in map(graphic, range(len(KINDS)))}
    np.savez_compressed(str(files("tests.evaluation").joinpath(SEEN)), **drawn)
