"""The robustness sweep with a real detector of two drawn marks."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from detector import Detector, import_marks, load_marks
from detector.errors import UsageError
from detector.evaluation.robustness.attacks import ATTACKS, Attack
from detector.evaluation.robustness.render import attacked, unharmed
from detector.evaluation.robustness.scene import RenderedPhoto
from detector.evaluation.robustness.sweep import AttackRecall, chosen, is_found, sweep
from detector.settings import ReaderSettings, Settings

from ..scenes import emblem, ring

ALL = {attack.name: attack for attack in ATTACKS}
SIZE = Attack("size", "px", (256, 160, 6), ALL["size"].render)
BLUR = Attack("blur", "px sigma", (0.5, 1), ALL["blur"].render)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("result")
    for name, picture in (("vornak", emblem()), ("ring", ring())):
        (folder / "marks" / name).mkdir(parents=True)
        Image.fromarray(picture).save(folder / "marks" / name / "front.png")
        text = f'name = "{name}"\n'
        (folder / "marks" / name / "mark.toml").write_text(text, encoding="utf-8")
    import_marks(folder / "index", load_marks([folder / "marks"]))
    return folder


@pytest.fixture(scope="module")
def detector(home):
    return Detector.open(home / "index")


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def result(detector, home, told):
    def progress(*now):
        told.append(now)

    kept = home / "ladder.txt"
    return sweep(detector, home / "index", kept, (SIZE, BLUR), seed=3, jobs=2, progress=progress)


def test_mild_severities_are_found_and_the_worst_breaks(result):
    size, blur = result.attacks
    assert size.recall == (1, 1, 0)
    assert size.breaking == 6
    assert blur.recall == (1, 1)
    assert blur.breaking is None
    assert (result.seed, result.marks, size.shown) == (3, 2, 2)


def test_progress_is_told_for_every_mark(result, told):
    assert told == [(done, 4) for done in range(1, 5)]


def test_a_sweep_is_not_repeated_and_goes_on_where_it_was_cut(detector, home, result):
    kept = home / "ladder.txt"
    text = kept.read_text()
    assert sweep(detector, home / "index", kept, (SIZE, BLUR), seed=3) == result
    assert kept.read_text() == text
    kept.write_text("".join(text.splitlines(keepends=True)[:3]))
    assert sweep(detector, home / "index", kept, (SIZE, BLUR), seed=3) == result
    assert sorted(kept.read_text().splitlines()) == sorted(text.splitlines())


def test_another_seed_wants_another_file(detector, home, result):
    with pytest.raises(UsageError, match=r"begun with another seed\. "):
        sweep(detector, home / "index", home / "ladder.txt", (BLUR,), seed=4)


def test_another_detector_wants_another_file(home, result):
    options = {"threshold": 0.9, "settings": Settings(reader=ReaderSettings(max_side=9))}
    other = Detector.open(home / "index", **options)
    with pytest.raises(UsageError, match=r"begun with another threshold, .*settings\. "):
        sweep(other, home / "index", home / "ladder.txt", (BLUR,), seed=3)


def test_of_many_marks_every_attack_shows_its_own(detector):
    assert chosen(detector.index, BLUR, 3, 2) == detector.index.view_table.wholes
    few = {tuple(chosen(detector.index, BLUR, seed, 1)) for seed in range(12)}
    assert few == {(row,) for row in detector.index.view_table.wholes}


def test_a_mark_counts_only_in_its_place(detector):
    view = detector.index.view(detector.index.view_table.wholes[0])
    photo = attacked(unharmed(view, 3), view.mark, SIZE, 1, 3)
    assert is_found(detector, view.mark, photo)
    assert not is_found(detector, "another", photo)
    assert not is_found(detector, view.mark, RenderedPhoto(photo.pixels, (0, 0, 60, 60)))


def test_the_views_shown_are_wholes_as_they_were_given(detector):
    views = [detector.index.view(row) for row in detector.index.view_table.wholes]
    assert [view.mark for view in views] == ["ring", "vornak"]
    assert all(view.part == "whole" and not view.inverted and not view.mirrored for view in views)


def test_a_sweep_as_json(result):
    told = json.loads(json.dumps(result.to_json(), allow_nan=False))
    size = told["attacks"][0]
    assert (told["marks"], told["seed"]) == (2, 3)
    assert (size["name"], size["unit"], size["shown"]) == ("size", "px", 2)
    assert (size["rungs"], size["recall"], size["breaks"]) == ([256, 160, 6], [1, 1, 0], 6)


def test_the_breaking_point_is_the_first_severity_below_half():
    assert AttackRecall("size", "px", (3, 2, 1), (4, 1, 2), 4).breaking == 2
    assert AttackRecall("size", "px", (3, 2, 1), (4, 2, 2), 4).breaking is None
    assert np.isclose(AttackRecall("size", "px", (1,), (3,), 4).recall[0], 0.75)
