"""Kept features of photos are searched for a mark as an inspection would have found it."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import UsageError
from detector.marks.registry import load_marks
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.pipeline.kept_features import described_with, keep, pack, picture_of, unpack
from detector.pipeline.past_search import CLOSER, KeptPhoto, PastSearch, most_alike
from detector.records import Picture, Reading, Submission
from detector.settings import KeypointSettings, Settings, settings_for_words
from tests import scenes

SIGNS = {"vornak": scenes.emblem, "ring": scenes.ring}
BLANK = Submission(Path("photo.jpg"))


@pytest.fixture(scope="module")
def detector(tmp_path_factory):
    from PIL import Image

    folder = tmp_path_factory.mktemp("past")
    for name, sign in SIGNS.items():
        Image.fromarray(sign()).save(folder / f"{name}.png")
    words = settings_for_words(False)
    import_marks(folder / "index", load_marks(sorted(folder.glob("*.png"))), words)
    return Detector.open(folder / "index", settings=words)


def reading_of(pixels):
    height, width = pixels.shape[:2]
    return Reading("photo.jpg", "ok", "", width, height, "ab" * 32, (Picture(pixels),))


def photo_of(mark, number=0):
    ground = scenes.ground(number)
    return scenes.laid(ground, SIGNS[mark](), scenes.pose(90, 70, 0.8)) if mark else ground


def inspected(detector, pixels):
    """The listing of a photo, and what is kept of it, of one description."""
    reading = reading_of(pixels)
    described = list(detector.describe(reading.pictures))
    listing = detector.inspect(BLANK, reading=reading, described=described)
    return listing, pack(map(keep, described))


@pytest.fixture(scope="module")
def kept(detector):
    """Listings and kept features of photos of "vornak", of "ring", and of neither."""
    return {
        mark: inspected(detector, photo_of(mark, number))
        for number, mark in enumerate(("vornak", "ring", ""))
    }


def test_a_described_photo_is_inspected_as_one_that_is_read(detector, kept):
    reading = reading_of(photo_of("vornak", 0))
    listing = detector.inspect(BLANK, reading=reading)
    described, _ = kept["vornak"]
    assert [one.score for one in described.scores] == [one.score for one in listing.scores]


@pytest.mark.parametrize("mark", ["vornak", "ring"])
def test_a_mark_is_found_where_an_inspection_found_it(detector, kept, mark):
    search = PastSearch(detector, mark)
    likenesses = dict[str, float]()
    for shown, (listing, blob) in kept.items():
        photo = KeptPhoto(listing.digest, unpack(blob))
        likenesses[shown] = search.likeness(photo)
        found = search.find(photo, BLANK)
        assert (found is not None) == (shown == mark)
        if found is not None:
            (finding,), (exact,) = found.findings, listing.findings
            assert finding.fingerprint == exact.fingerprint
            assert finding.score == pytest.approx(exact.score, abs=0.05)
            assert finding.box == pytest.approx(exact.box, abs=4)
    assert max(likenesses, key=likenesses.__getitem__) == mark


def test_a_sign_on_a_tile_is_found_at_its_place(detector):
    large = np.asarray(np.tile(scenes.ground(1), (6, 6, 1)))[:1500, :2400]
    pixels = scenes.laid(large.copy(), scenes.emblem(), scenes.pose(1900, 1100, 0.5))
    listing, blob = inspected(detector, pixels)
    photo = KeptPhoto(listing.digest, unpack(blob))
    assert len(photo.pictures) > 1
    assert {one.corner is None for one in photo.pictures} == {True, False}
    found = PastSearch(detector, "vornak").find(photo, BLANK)
    assert found is not None
    assert found.findings[0].box == pytest.approx(listing.findings[0].box, abs=12)


def test_an_unknown_mark_is_an_error(detector):
    with pytest.raises(UsageError, match="no mark nothing"):
        PastSearch(detector, "nothing")


def test_kept_features_are_read_as_they_were_written(kept):
    for _, blob in kept.values():
        pictures = unpack(blob)
        assert pack(pictures) == blob
        (picture,) = pictures
        assert picture.features.keys() == {"sift", "embedding", "words", "hashes"}
    assert picture_of(picture, Settings().reader).pixels.shape[1::-1] == picture.size


def test_places_are_kept_to_a_fraction_of_a_pixel(detector, kept):
    (described,) = detector.describe(reading_of(photo_of("vornak", 0)).pictures)
    (read,) = unpack(kept["vornak"][1])
    exact, near = described.features["sift"].frames, read.features["sift"].frames
    assert np.abs(exact[:, :2] - near[:, :2]).max() < 0.05
    assert np.abs(exact[:, 2:] / near[:, 2:] - 1)[exact[:, 3] > 0.1].max() < 0.01


@settings(max_examples=60)
@given(st.data())
def test_damaged_features_raise_value_errors_alone(kept, data):
    blob = bytearray(kept[""][1])
    if data.draw(st.booleans()):
        del blob[data.draw(st.integers(0, len(blob) - 1)) :]
    else:
        for _ in range(data.draw(st.integers(1, 8))):
            place = data.draw(st.integers(0, 400))
            blob[place] = data.draw(st.integers(0, 255))
    try:
        pictures = unpack(bytes(blob))
    except ValueError:
        return
    assert all(len(one.features["sift"]) >= 0 for one in pictures if "sift" in one.features)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_value_error(blob):
    with pytest.raises(ValueError, match=r"kept|photo"):
        unpack(blob)


def test_what_features_depend_on_changes_their_name():
    plain = Settings()
    assert described_with(plain) == described_with(Settings())
    other = replace(plain, sift=KeypointSettings(photo_points=100))
    assert described_with(other) != described_with(plain)
    assert described_with(replace(plain, checked=3)) == described_with(plain)


@given(st.lists(st.floats(0, 7), min_size=1, max_size=300))
def test_the_most_alike_photos_are_looked_at_closely(likenesses):
    rows = most_alike(likenesses)
    assert len(rows) == len(set(rows)) >= CLOSER * len(likenesses)
    worst = min(likenesses[row] for row in rows)
    assert all(one <= worst for row, one in enumerate(likenesses) if row not in rows)


def test_all_photos_of_a_seller_that_show_the_mark_are_looked_at():
    alike = {*range(0, 100, 2)}
    rows = most_alike([3.0 if row % 2 else 12.0 for row in range(100)])
    assert alike < set(rows)
    assert len(rows) == 50 + math.ceil(CLOSER * 50)
