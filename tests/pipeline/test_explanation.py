"""Why a mark was found or not: each gate of the search, on drawn marks and photos."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from PIL import Image

from detector import Detector, Picture, import_marks, load_marks
from detector.pipeline.explanation import explain, explanation_value
from detector.settings import settings_for_words
from tests import scenes

SETTINGS = settings_for_words(False)
ON_PHOTO = scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(120, 140, 0.6))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    Image.fromarray(scenes.emblem()).save(home / "vornak.png")
    Image.fromarray(scenes.ring()).save(home / "noloop.png")
    copy = scenes.emblem()
    copy[180:240, 100:200] = (20, 60, 150)  # without its bars
    Image.fromarray(copy).save(home / "vornak-old.png")
    names = ("vornak", "noloop", "vornak-old")
    import_marks(home / "index", load_marks([home / f"{name}.png" for name in names]), SETTINGS)
    return home / "index"


def explained(index, mark, pixels=ON_PHOTO, without=(), **options):
    detector = Detector.open(index, **{"settings": SETTINGS, **options})
    found = detector.search(detector.describe([Picture(pixels)]), without)
    return explain(detector, found, mark)


def test_a_mark_that_is_found(index):
    told = explained(index, "vornak")
    assert told.gate == "found"
    assert told.score >= told.threshold
    assert told.box[0] < 210 < told.box[2]
    assert not told.is_outscored
    assert told.first.mark != "vornak"
    assert any(channel.checked and channel.rank == 1 for channel in told.channels)
    shares = [abs(term.log_odds) for term in told.terms]
    assert shares == sorted(shares, reverse=True)


def test_terms_add_up_to_the_log_odds(index):
    detector = Detector.open(index, settings=SETTINGS)
    found = detector.search(detector.describe([Picture(ON_PHOTO)]))
    best = found.instances[0]
    total = sum(term.log_odds for term in detector.term_shares(best.evidence))
    assert total + detector.scorer.start == pytest.approx(best.log_odds, abs=1e-4)


def test_a_mark_that_is_not_in_the_index(index):
    told = explained(index, "nobody")
    assert (told.gate, told.score, told.channels) == ("not in the index", None, ())


def test_a_mark_that_was_left_out_is_not_proposed_but_would_be(index):
    told = explained(index, "vornak", without=["vornak"])
    assert told.gate == "not proposed"
    assert all(channel.proposals == 0 for channel in told.channels)
    assert any(dict(channel.measures.items()) for channel in told.channels)
    assert told.first.mark != "vornak"
    assert told.is_outscored


def test_a_mark_whose_proposals_took_no_place_in_the_budget(index):
    settings = dataclasses.replace(SETTINGS, checked=0)
    told = explained(index, "vornak", settings=settings)
    assert (told.gate, told.cause) == ("not checked", "budget")
    assert any(channel.plausible and not channel.checked for channel in told.channels)


def test_a_mark_that_a_surer_one_suppresses(index):
    told = explained(index, "vornak-old", threshold=0.0)
    assert told.gate == "suppressed"
    (rival,) = told.suppressed_by
    assert rival.mark == told.first.mark == "vornak"
    assert rival.log_odds == pytest.approx(told.first.log_odds)
    assert rival.log_odds > told.log_odds
    assert rival.overlap == pytest.approx(told.first.overlap)


def test_a_mark_below_the_threshold(index):
    told = explained(index, "noloop", np.ascontiguousarray(scenes.ground(3)))
    assert told.gate == "below the threshold"
    assert 0 <= told.score < told.threshold


def test_an_error_in_a_candidate_is_told(index, monkeypatch):
    def fail(*_):
        raise MemoryError("no room")

    monkeypatch.setattr("detector.verification.pose_refinement.refine", fail)
    told = explained(index, "vornak")
    assert (told.gate, told.cause) == ("not checked", "error")
    assert "no room" in told.errors[0]


def test_an_explanation_is_json(index):
    value = explanation_value(explained(index, "vornak"))
    assert json.loads(json.dumps(value, allow_nan=False)) == json.loads(json.dumps(value))
    assert value["gate"] == "found"
    assert value["channels"][0]["measures"]
