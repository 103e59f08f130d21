"""Indexes beside distractors, and the figures of each kind of negatives on drawn photos."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from detector import Detector, ReferenceIndex, import_marks, load_marks
from detector.errors import UsageError
from detector.evaluation import distractors as module
from detector.evaluation.distractor_curve import CurvePhotos, measure_curve
from detector.evaluation.distractors import indexes_beside, load_distractors
from detector.evaluation.records import LabelledPhoto, Truth
from detector.jobs.scan_config import ScanConfig
from detector.settings import settings_for_words
from tests import scenes

SETTINGS = settings_for_words(False)
SEED = 1


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An index of one mark, three distractors (one of them like that mark by name), and photos."""
    folder = tmp_path_factory.mktemp("distractors")
    Image.fromarray(scenes.emblem()).save(folder / "vornak.png")
    import_marks(folder / "index", load_marks([folder / "vornak.png"]), SETTINGS)
    others = folder / "others"
    others.mkdir()
    barred = scenes.emblem()
    barred[180:240, 100:200] = (20, 60, 150)  # the emblem without its bars
    for name, sign in (("noloop", scenes.ring()), ("barred", barred), ("VORNAK", scenes.ring())):
        Image.fromarray(sign).save(others / f"{name}.png")
    on = scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(100, 80, 0.8))
    Image.fromarray(on).save(folder / "on.png")
    Image.fromarray(scenes.ground(5)).save(folder / "clean.png")
    drawn = scenes.laid(scenes.ground(6), scenes.ring(), scenes.pose(90, 70, 0.9))
    Image.fromarray(drawn).save(folder / "graphic.png")
    (folder / "torn.png").write_bytes(b"\x89PNG no picture")
    return folder


@pytest.fixture(scope="module")
def detector(home):
    return Detector.open(home / "index", settings=SETTINGS)


@pytest.fixture(scope="module")
def distractors(home, detector):
    return load_distractors([home / "others"], detector.index.marks, SEED)


def ids_in(folder: Path) -> set[str]:
    with ReferenceIndex.open(folder) as index:
        return {mark.id for mark in index.marks}


def made(home, distractors, counts, folder):
    return dict(indexes_beside(home / "index", distractors, counts, folder, settings=SETTINGS))


@pytest.fixture(scope="module")
def indexes(home, distractors):
    return made(home, distractors, (0, 1, 2), home / "indexes")


def test_marks_of_the_index_are_no_distractors(distractors):
    assert distractors.left_out == ("vornak",)
    assert {source.mark.id for source in distractors.sources} == {"noloop", "barred"}


def test_the_order_depends_on_the_seed_alone(home, detector):
    def order(seed):
        given = load_distractors([home / "others"], detector.index.marks, seed)
        return [source.mark.id for source in given.sources]

    assert order(SEED) == order(SEED)
    assert len({tuple(order(seed)) for seed in range(8)}) == 2


def test_counts_rise_from_none_and_are_those_that_there_are(distractors):
    assert distractors.counts() == [0, 2]
    assert distractors.counts((2, 1, 1)) == [0, 1, 2]
    with pytest.raises(UsageError, match="only 2 distractors, 3 are wanted"):
        distractors.counts((3,))


def test_a_larger_index_has_the_marks_of_a_smaller_one(home, distractors, indexes):
    names = [source.mark.id for source in distractors.sources]
    assert indexes[0] == home / "index"
    assert [ids_in(indexes[count]) for count in (0, 1, 2)] == [
        {"vornak"}, {"vornak", names[0]}, {"vornak", *names},
    ]  # fmt: skip


def test_an_index_that_is_there_is_described_no_more(home, distractors, indexes, monkeypatch):
    def describe(*_, **__):
        raise AssertionError("described again")

    monkeypatch.setattr("detector.pipeline.import_marks.describe_mark", describe)
    assert made(home, distractors, (0, 1, 2), home / "indexes") == indexes


def test_a_killed_import_goes_on_with_what_is_missing(
    home, distractors, indexes, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "BATCH", 1)
    described = []
    real = import_marks

    def dying(folder, sources, *rest):
        if described:
            raise KeyboardInterrupt
        described.append(sources[0].mark.id)
        return real(folder, sources, *rest)

    monkeypatch.setattr(module, "import_marks", dying)
    with pytest.raises(KeyboardInterrupt):
        made(home, distractors, (0, 2), tmp_path)
    (half,) = tmp_path.iterdir()
    assert ids_in(half) == {"vornak", described[0]}
    counts = []
    monkeypatch.setattr(module, "import_marks", lambda *a: counts.append(real(*a)))
    assert ids_in(made(home, distractors, (0, 2), tmp_path)[2]) == ids_in(indexes[2])
    assert [(one.described, one.unchanged) for one in counts] == [(0, 1), (1, 0)]


def test_marks_of_another_seed_are_removed(home, distractors, indexes, tmp_path):
    made(home, distractors, (0, 1), tmp_path)
    turned = replace(distractors, sources=distractors.sources[::-1])
    names = [source.mark.id for source in turned.sources]
    assert ids_in(made(home, turned, (0, 1), tmp_path)[1]) == {"vornak", names[0]}


@pytest.fixture(scope="module")
def photos(home):
    named = [
        LabelledPhoto(home / "on.png", (Truth("vornak"),)),
        LabelledPhoto(home / "clean.png"),
        LabelledPhoto(home / "torn.png", (Truth("vornak"),)),
    ]
    graphics = [LabelledPhoto(home / "graphic.png")]
    return CurvePhotos(named, graphics, {one.path: one.path.name for one in (*named, *graphics)})


@pytest.fixture(scope="module")
def points(home, detector, photos, indexes):
    config = ScanConfig.of(detector, home / "index")
    return measure_curve(photos, config, indexes.items(), home / "out", seed=SEED)


def test_each_point_has_all_kinds(points):
    assert [(one["distractors"], one["marks"]) for one in points] == [(0, 1), (1, 2), (2, 3)]
    for point in points:
        photos = {kind: figures["photos"] for kind, figures in point["kinds"].items()}
        assert photos == {"clean": 1, "branded": 1, "graphics": 1}  # a torn one says nothing
    json.dumps(points, allow_nan=False)


def test_branded_photos_are_searched_without_what_they_show(points):
    """Alone the mark is not there; a distractor that is like it raises the alarm then."""
    none, *_, all_ = points
    assert none["kinds"]["branded"]["review"][0] == 0
    assert all_["kinds"]["branded"]["review"][0] == 1
    (alarm,) = all_["kinds"]["branded"]["alarms"]
    assert (alarm["path"], alarm["mark"]) == ("on.png", "barred")
    assert alarm["log_odds"] > 0


def test_graphics_raise_alarms_for_what_they_resemble(points):
    assert points[0]["kinds"]["graphics"]["review"][0] == 0
    assert points[-1]["kinds"]["graphics"]["review"][0] == 1
    assert points[-1]["kinds"]["graphics"]["alarms"][0]["mark"] == "noloop"
    assert points[-1]["kinds"]["clean"]["review"][0] == 0


def test_labelled_photos_are_found_and_what_was_lost_is_listed(points):
    for point in points:
        assert point["labelled"]["photos"] == 2
        assert point["labelled"]["recall"]["review"][0] == 0.5
        assert point["labelled"]["top1"][0] == 0.5
        lost = point["lost_marks"]
        assert (lost["marks"], lost["outscored"]) == (2, 0)
        assert {gate: n for gate, n in lost["counts"].items() if n} == {
            "not examined": 1, "found": 1,
        }  # fmt: skip
        assert [(one["path"], one["gate"]) for one in lost["lost"]] == [
            ("torn.png", "not examined")
        ]


def test_a_finished_curve_is_not_searched_again(home, detector, photos, indexes, points):
    before = {path: path.read_bytes() for path in (home / "out").iterdir()}
    assert len(before) == 3
    config = ScanConfig.of(detector, home / "index")
    again = measure_curve(photos, config, indexes.items(), home / "out", seed=SEED)
    assert again == points
    assert {path: path.read_bytes() for path in (home / "out").iterdir()} == before


def test_another_label_is_searched_anew(home, detector, photos, indexes, points):
    """The marks to leave out are those of the label, so answers of another are of no use."""
    unlabelled = replace(photos, photos=[replace(photos.photos[0], truths=())])
    config = ScanConfig.of(detector, home / "index")
    (point,) = measure_curve(unlabelled, config, [(0, home / "index")], home / "out", seed=SEED)
    assert point["kinds"]["clean"]["review"][0] == 1
    assert point["labelled"]["recall"]["review"] == [None, None, None]
    assert point["lost_marks"]["marks"] == 0
