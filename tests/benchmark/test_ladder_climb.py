"""Climbing the stress ladder with a real detector of two drawn marks."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from detector import Detector, import_marks, load_marks
from detector.benchmark.ladder.attacks import ATTACKS, Attack
from detector.benchmark.ladder.climb import Climb, Ladder, climb, is_found, wholes
from detector.benchmark.ladder.render import shot_of
from detector.benchmark.ladder.scene import Shot
from detector.errors import DatasetError

from ..scenes import emblem, ring

ALL = {one.name: one for one in ATTACKS}
SIZE = Attack("size", "px", (256, 160, 6), ALL["size"].shoot)
BLUR = Attack("blur", "px sigma", (0.5, 1), ALL["blur"].shoot)


@pytest.fixture(scope="module")
def detector(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ladder")
    for name, picture in (("vornak", emblem()), ("ring", ring())):
        (folder / "marks" / name).mkdir(parents=True)
        Image.fromarray(picture).save(folder / "marks" / name / "front.png")
        text = f'name = "{name}"\n'
        (folder / "marks" / name / "mark.toml").write_text(text, encoding="utf-8")
    import_marks(folder / "index", load_marks([folder / "marks"]))
    return Detector.open(folder / "index")


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def ladder(detector, told):
    return climb(detector, (SIZE, BLUR), seed=3, progress=lambda *now: told.append(now))


def test_easy_rungs_are_climbed_and_the_last_breaks(ladder):
    size, blur = ladder.climbs
    assert size.recall == (1, 1, 0)
    assert size.breaking == 6
    assert blur.recall == (1, 1)
    assert blur.breaking is None
    assert (ladder.seed, ladder.repeats, ladder.marks, size.shown) == (3, 1, 2, 2)


def test_progress_is_told_for_every_photo(ladder, told):
    assert told == [(done, 10) for done in range(1, 11)]


def test_repeats_show_every_mark_again(detector):
    one = climb(detector, (BLUR,), seed=3, repeats=2)
    assert one.climbs[0].found == (4, 4)
    assert one.climbs[0].recall == (1, 1)


def test_a_mark_counts_only_in_its_place(detector):
    view = detector.index.view(wholes(detector.index)[0])
    shot = shot_of(view, SIZE, 1, 3)
    assert is_found(detector, view.mark, shot)
    assert not is_found(detector, "another", shot)
    assert not is_found(detector, view.mark, Shot(shot.pixels, (0, 0, 60, 60)))


def test_the_views_shown_are_wholes_as_they_were_given(detector):
    views = [detector.index.view(row) for row in wholes(detector.index)]
    assert [one.mark for one in views] == ["ring", "vornak"]
    assert all(one.part == "whole" and not one.inverted and not one.mirrored for one in views)


def test_a_ladder_survives_json(ladder):
    text = json.dumps(ladder.to_json(), allow_nan=False)
    assert Ladder.from_json(json.loads(text)) == ladder
    assert json.loads(text)["climbs"][0]["recall"] == [1, 1, 0]
    assert json.loads(text)["climbs"][0]["breaking"] == 6


@pytest.mark.parametrize("harm", [{"climbs": 3}, {"seed": "x"}, {"climbs": [{}]}, {"marks": None}])
def test_what_is_no_ladder_is_refused(ladder, harm):
    with pytest.raises(DatasetError, match="no ladder"):
        Ladder.from_json(ladder.to_json() | harm)


def test_a_rung_without_a_count_is_refused(ladder):
    data = ladder.to_json()
    data["climbs"][0]["found"].pop()
    with pytest.raises(DatasetError, match="3 rungs but 2 counts"):
        Ladder.from_json(data)


def test_the_breaking_point_is_the_first_rung_below_half():
    assert Climb("size", "px", (3, 2, 1), (4, 1, 2), 4).breaking == 2
    assert Climb("size", "px", (3, 2, 1), (4, 2, 2), 4).breaking is None
    assert np.isclose(Climb("size", "px", (1,), (3,), 4).recall[0], 0.75)
