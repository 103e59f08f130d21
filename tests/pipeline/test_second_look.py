"""The likeliest candidates of a photo are looked at again; a fault there costs no finding."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from PIL import Image

from detector import Detector, Picture, import_marks, load_marks
from detector.settings import SecondLookSettings, settings_for_words
from detector.verification import second_look
from tests import scenes

SETTINGS = settings_for_words(False)
ON_PHOTO = scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(120, 140, 0.6))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    Image.fromarray(scenes.emblem()).save(home / "vornak.png")
    Image.fromarray(scenes.ring()).save(home / "noloop.png")
    import_marks(home / "index", load_marks([home / "vornak.png", home / "noloop.png"]), SETTINGS)
    return home / "index"


def looks(index, pixels=ON_PHOTO, *, least=0.0, **limits):
    """The mark and the answer of every candidate that was looked at, likeliest first."""
    settings = replace(SETTINGS, second_look=SecondLookSettings(**limits, least=least))
    detector = Detector.open(index, settings=settings)
    found = sorted(detector.detections(Picture(pixels)), key=lambda one: -one.evidence_log_odds)
    return [
        (detector.index.marks[one.mark].id, piece.measures.same_sign)
        for one in found
        for piece in one.evidence
        if piece.channel == second_look.NAME
    ]


def test_the_mark_that_is_there_looks_like_the_same_sign(index):
    seen = looks(index)
    assert seen[0][0] == "vornak"
    assert seen[0][1] > 0
    assert max(answer for mark, answer in seen if mark == "noloop") < seen[0][1]


def test_so_many_are_looked_at_and_of_no_mark_too_many(index):
    assert len(looks(index, candidates=3)) == 3
    assert looks(index, candidates=0) == []
    counts = Counter(mark for mark, _ in looks(index, candidates=50, poses=2))
    assert max(counts.values()) == 2


def test_only_what_may_become_a_finding_is_looked_at(index):
    likely = [mark for mark, _ in looks(index, candidates=50, least=0.5)]
    assert set(likely) == {"vornak"}
    every = [mark for mark, _ in looks(index, candidates=50)]
    assert every[: len(likely)] == likely
    assert len(every) > len(likely)
    assert looks(index, candidates=50, least=1.0) == []


def test_a_fault_in_the_second_look_is_told_and_leaves_the_finding(index, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("no cells")

    monkeypatch.setattr(second_look, "compare", broken)
    detector = Detector.open(index, settings=SETTINGS)
    found = detector.search(detector.describe([Picture(ON_PHOTO)]))
    assert detector.index.marks[found.instances[0].mark].id == "vornak"
    assert any("no cells" in failure.error for failure in found.omissions.failures)
