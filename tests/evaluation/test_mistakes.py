"""The gallery on two drawn marks: what was missed, what was found instead, and false alarms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from detector import Detector, import_marks, load_marks
from detector.channels.registry import CHANNELS
from detector.evaluation import mistakes
from detector.evaluation.html_page import write_page
from detector.evaluation.mistakes import exhibits
from detector.pictures import worker
from detector.settings import Budget, Settings, ViewSettings
from tests import scenes
from tests.pictures.test_worker import read_or_misbehave

from .results import undrawn


@pytest.fixture(scope="module")
def detector(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    Image.fromarray(scenes.emblem()).save(home / "vornak.png")
    Image.fromarray(scenes.ring()).save(home / "noloop.png")
    (home / "marks.csv").write_text(
        "id,name,image\nvornak,Vornak,vornak.png\nnoloop,Noloop,noloop.png\n"
    )
    settings = Settings(views=ViewSettings(side=192, inverted=False, mirrored=False))
    import_marks(home / "index", load_marks([home / "marks.csv"]), settings)
    return Detector.open(home / "index", settings=settings, threshold=0.99, top=1)


def photo(folder, name, mark, number=0) -> str:
    pixels = scenes.laid(scenes.ground(number), mark, scenes.pose(120, 140, 0.6))
    Image.fromarray(pixels).save(folder / name)
    return str(folder / name)


@pytest.fixture(scope="module")
def shown(detector, tmp_path_factory):
    """A miss that the other mark stands in place of, an alarm, and two that have no proof."""
    folder = tmp_path_factory.mktemp("photos")
    ring = photo(folder, "ring.png", scenes.ring())
    emblem = photo(folder, "emblem.png", scenes.emblem(), 1)
    misses = [
        {"path": emblem, "mark": "noloop", "score": 0.01, "first": "vornak"},
        {"path": ring, "mark": "unheard-of", "score": None, "first": "noloop"},
        {"path": str(folder / "gone.png"), "mark": "vornak", "score": 0.2, "first": ""},
    ]
    alarms = [{"path": ring, "mark": "noloop", "score": 0.9}]
    return tuple(exhibits(detector, misses, alarms))


def test_every_mistake_is_told_in_order(shown):
    told = [(one.fault, one.mark, one.score) for one in shown]
    assert told == [
        ("miss", "noloop", 0.01),
        ("miss", "unheard-of", None),
        ("miss", "vornak", 0.2),
        ("alarm", "noloop", 0.9),
    ]


def test_a_miss_shows_the_mark_at_its_best_place_and_what_was_found_instead(shown):
    miss = shown[0]
    missed, instead = (one.finding for one in miss.exhibits)
    assert (missed.mark, instead.mark) == ("noloop", "vornak")
    assert missed.score < instead.score
    centre = np.mean([instead.box[:2], instead.box[2:]], axis=0)
    assert np.abs(centre - (210, 230)).max() < 30
    assert all(one.proof and one.proof.warped.uri for one in miss.exhibits)
    assert all(one.finding.evidence for one in miss.exhibits)
    assert (miss.width, miss.height, miss.words) == (448, 448, "")


def test_an_alarm_shows_what_raised_it_whatever_the_threshold(shown):
    (only,) = shown[3].exhibits
    assert (only.finding.mark, only.finding.name) == ("noloop", "Noloop")
    assert only.proof


def test_what_cannot_be_shown_is_told_in_words(shown):
    strange, gone = shown[1:3]
    assert strange.words == "This mark is not in the reference index."
    assert [one.finding.mark for one in strange.exhibits] == ["noloop"]
    assert strange.photo
    assert gone.words
    assert (gone.photo, gone.exhibits) == (None, ())


def test_a_mark_that_nothing_proposed_is_told_in_words(detector, tmp_path):
    none = {spec.name: Budget(0) for spec in CHANNELS}
    blind = Detector(detector.index, replace(detector.settings, budgets=none))
    miss = {"path": photo(tmp_path, "ring.png", scenes.ring()), "mark": "vornak", "score": 0.0}
    (only,) = exhibits(blind, [miss], [])
    assert only.words == "No channel proposed a place for this mark in the photo."
    assert (only.exhibits, only.width) == ((), 448)


def test_a_photo_that_crashes_the_decoder_costs_its_own_picture(detector, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "read_parts", read_or_misbehave)
    crash, ring = (photo(tmp_path, name, scenes.ring()) for name in ("crash.png", "ring.png"))
    alarms = [{"path": path, "mark": "noloop", "score": 0.9} for path in (crash, ring)]
    crashed, shown = exhibits(detector, [], alarms)
    assert "crashed the decoder" in crashed.words
    assert (crashed.photo, crashed.exhibits) == (None, ())
    assert shown.photo


def test_only_so_many_are_shown(detector, tmp_path, monkeypatch):
    monkeypatch.setattr(mistakes, "MOST", 2)
    gone = {"path": str(tmp_path / "gone.png"), "mark": "vornak", "score": 0.2}
    faults = [one.fault for one in exhibits(detector, [gone] * 5, [gone] * 3)]
    assert faults == ["miss", "miss", "alarm", "alarm"]


def test_the_gallery_stands_on_the_page(shown, tmp_path):
    page = write_page(undrawn(), shown, tmp_path).read_text("utf-8")
    assert page.count('class="card mistake"') == 4
    assert page.count("data:image/webp") >= 3 + 4 * 4
    for words in ("missed, at its best place", "found instead", "the false alarm", "No picture"):
        assert words in page
