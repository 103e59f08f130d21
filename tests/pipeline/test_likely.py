"""A large index: keypoints and templates look for likely marks alone, and miss nothing by it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from detector import Detector, import_marks, load_marks
from detector.index.view_features import ViewFeatures
from detector.records import Features, Picture, References
from detector.settings import Budget, EdgeTemplateSettings, KeypointSettings, Settings, WordSettings
from tests import scenes

SETTINGS = Settings(shape=EdgeTemplateSettings(backgrounds=4), words=WordSettings(read=False))
MARKS = 7
SLOW = ("sift", "orb", "shape")


def drawn(number):
    """One of many marks: a letter pair in a frame of its own."""
    random = np.random.default_rng(number)
    picture = np.full((200, 200, 3), 255, np.uint8)
    ink = tuple(int(one) for one in random.integers(0, 150, 3))
    corners = 100 + 85 * np.stack([np.cos(t := np.arange(3 + number % 5) * 2.1), np.sin(t)], 1)
    cv2.polylines(picture, [corners.astype(np.int32)], True, ink, 9, cv2.LINE_AA)
    text = "".join(chr(65 + one) for one in random.integers(0, 26, 2))
    cv2.putText(picture, text, (48, 125), 2, 2.0, ink, 6, cv2.LINE_AA)
    return picture


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    home = tmp_path_factory.mktemp("many")
    for number in range(MARKS):
        Image.fromarray(drawn(number)).save(home / f"mark{number:02}.png")
    Image.fromarray(scenes.emblem()).save(home / "shield.png")
    import_marks(home / "index", load_marks([home]), SETTINGS)
    return home / "index"


def detections(index, likely, pixels):
    budgets = {name: Budget(5, likely) for name in SLOW}
    detector = Detector.open(index, settings=replace(SETTINGS, budgets=budgets))
    return detector, detector.detections(Picture(pixels))


@pytest.mark.parametrize("number", range(2))
def test_the_best_place_is_found_as_if_all_marks_were_compared(index, number):
    pose = scenes.pose(100, 120, 0.7, 8)
    pixels = scenes.laid(scenes.ground(number), scenes.emblem(), pose)
    detector, few = detections(index, 3, pixels)
    _, every = detections(index, None, pixels)
    assert detector.index.marks[few[0].mark].id == "shield"
    assert few[0].mark == every[0].mark
    assert few[0].score == pytest.approx(every[0].score, abs=1e-3)


def test_slow_channels_look_for_likely_marks_alone(index):
    pixels = scenes.laid(scenes.ground(1), drawn(5), scenes.pose(90, 90, 0.9))
    _, few = detections(index, 2, pixels)
    slow = {found.mark for found in few if found.proposed_by in SLOW}
    assert 1 <= len(slow) <= 2


def test_a_shortlist_has_the_marks_that_other_channels_deem_likely(index):
    """Of two signs in a photo one has the most votes; the other is compared all the same."""
    photo = scenes.laid(scenes.ground(2), scenes.emblem(), scenes.pose(20, 20, 0.6))
    photo = scenes.laid(photo, drawn(5), scenes.pose(250, 230, 0.9))
    settings = replace(SETTINGS, sift=KeypointSettings(shortlist=1))
    detector = Detector.open(index, settings=settings)
    described = detector.candidates.describe(Picture(photo))
    assert len(detector.searchers["sift"].shortlist(described.features["sift"])) == 1
    proposals = detector.candidates.propose(described, (), lambda *_: None)["sift"]
    rows = {detector.candidates.views.marks[proposal.view] for proposal in proposals}
    assert {"shield", "mark05"} <= {detector.index.marks[row].id for row in rows}


def test_rows_of_some_views_are_theirs_alone():
    view = np.array([0, 0, 2, 3, 3, 3], np.int32)
    frames = np.arange(24, dtype=np.float32).reshape(6, 4)
    features = Features(frames, np.arange(6, dtype=np.uint8)[:, None], np.zeros(6, np.int16))
    some = ViewFeatures(References(view, features)).subset([0, 1, 3])
    assert some.view.tolist() == [0, 0, 3, 3, 3]
    assert some.features.descriptors[:, 0].tolist() == [0, 1, 3, 4, 5]
    assert len(ViewFeatures(References(view, features)).subset([1]).view) == 0
