"""From a labelled folder to figures: real photos, a real index, real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector import Detector, import_marks, load_marks
from detector.errors import DatasetError, UsageError
from detector.evaluation.ablation import WHOLE, variants
from detector.evaluation.baselines import baselines
from detector.evaluation.evaluate import evaluate
from detector.evaluation.records import Dataset, LabelledPhoto, Outcome, Truth
from detector.evaluation.regression import compare_results
from detector.evaluation.result import (
    MEASUREMENTS,
    figures_of,
    header,
    measured,
    names_of,
    read_result,
    write_result,
)
from detector.evaluation.run_methods import Setup, measure, measure_photo
from detector.jobs.scan_config import ScanConfig
from detector.records import Mark, Picture
from detector.settings import ReaderSettings, Settings, settings_for_words
from tests import scenes

from .outcomes import outcome

SEED = 3


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("setup")
    for name, sign in (("vornak", scenes.emblem()), ("noloop", scenes.ring())):
        Image.fromarray(sign).save(folder / f"{name}.png")
    (folder / "marks.csv").write_text(
        "id,name,kind,image\nvornak,Vornak,logo,vornak.png\nnoloop,Noloop,logo,noloop.png\n"
    )
    import_marks(folder / "index", load_marks([folder / "marks.csv"]))
    return folder


@pytest.fixture(scope="module")
def detector(home):
    return Detector.open(home / "index", settings=settings_for_words(False))


@pytest.fixture(scope="module")
def setup(home, detector):
    return Setup(ScanConfig.of(detector, home / "index"))


@pytest.fixture(scope="module")
def dataset(home):
    photos = []
    for number, (mark, sign) in enumerate(
        [("vornak", scenes.emblem()), ("noloop", scenes.ring()), ("vornak", scenes.emblem())]
    ):
        path = home / f"{number}-{mark}.png"
        pose = scenes.pose(80 + 20 * number, 60, 0.7)
        Image.fromarray(scenes.laid(scenes.ground(number), sign, pose)).save(path)
        x, y = 80 + 20 * number, 60
        photos.append(LabelledPhoto(path, (Truth(mark, (x, y, x + 210, y + 210)),), "drawn"))
    for number in (5, 6):
        Image.fromarray(scenes.ground(number)).save(home / f"clean-{number}.png")
        photos.append(LabelledPhoto(home / f"clean-{number}.png"))
    (home / "torn.png").write_bytes(b"\x89PNG no picture")
    photos.append(LabelledPhoto(home / "torn.png", (Truth("vornak"),)))
    return Dataset("drawn signs", tuple(photos))


@pytest.fixture(scope="module")
def outcomes(dataset, setup, home):
    return measured(dataset, setup, home / "out", 2, lambda *_: None)


@pytest.fixture(scope="module")
def result(dataset, outcomes, detector):
    return figures(dataset, outcomes, detector)


def figures(dataset, outcomes, detector):
    names = names_of(dataset.photos, [dataset.photos[0].path.parent])
    return header(SEED, {}) | figures_of(dataset, outcomes, detector.index, names, SEED)


def test_every_method_answers_every_photo_in_order(dataset, outcomes, detector):
    names = {one.name for one in baselines(detector.index)}
    assert set(outcomes) == names | set(variants(detector.channels))
    for mine in outcomes.values():
        assert [one.photo for one in mine] == list(dataset.photos)
    assert [one.answers[0].mark for one in outcomes[WHOLE][:3]] == ["vornak", "noloop", "vornak"]


def test_a_photo_that_cannot_be_read_is_an_outcome_without_answers(outcomes):
    last = outcomes[WHOLE][-1]
    assert last.answers == ()
    assert last.status == "error"


def test_figures_say_what_was_found(result):
    own = result["methods"][WHOLE]
    assert own["top1"][0] == pytest.approx(3 / 4)
    assert own["recall"]["0.01"][0] == pytest.approx(3 / 4)
    assert own["centre"] == 1
    assert result["dataset"]["failed"] == [{"path": result["misses"][0]["path"], "status": "error"}]
    assert (result["dataset"]["marked"], result["dataset"]["clean"]) == (4, 2)
    assert {one["cut"] for one in result["cuts"]} == {"kind", "size", "source"}


def test_photos_are_called_from_their_folder_on(dataset, home, result):
    root = home.name
    assert {one["path"] for one in result["photos"]} == {
        f"{root}/{photo.path.name}" for photo in dataset.photos
    }
    elsewhere = [LabelledPhoto(home / "a" / "1.png"), LabelledPhoto(home / "b" / "a" / "1.png")]
    roots = [home / "a", home / "b" / "a"]
    assert list(names_of(elsewhere, roots).values()) == [str(one.path) for one in elsewhere]
    assert names_of(elsewhere[:1], []) == {elsewhere[0].path: str(elsewhere[0].path)}


def test_the_result_is_json_and_comes_back(result, tmp_path):
    path = write_result(result, tmp_path)
    assert read_result(path) == json.loads(json.dumps(result))
    assert not any(one.regressed for one in compare_results(read_result(path), result).changes)


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_another_file_is_no_result(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(UsageError, match="not a result"):
        read_result(tmp_path / "a.json")


def test_a_finished_run_is_not_measured_again(dataset, setup, outcomes, home):
    kept = home / "out" / MEASUREMENTS
    before = kept.read_text()
    again = measured(dataset, setup, home / "out", 1, lambda *_: None)
    assert again == outcomes
    assert kept.read_text() == before


def test_a_run_that_was_killed_in_mid_line_goes_on(dataset, setup, outcomes, home, tmp_path):
    lines = (home / "out" / MEASUREMENTS).read_text().splitlines(keepends=True)
    kept = tmp_path / MEASUREMENTS
    kept.write_text("".join(lines[:3]) + lines[3][: len(lines[3]) // 2])
    rows = list(measure(dataset.photos, setup, kept, jobs=1))
    found = [tuple(row[WHOLE].answers) if row else () for row in rows]
    assert found == [one.answers for one in outcomes[WHOLE]]
    assert len(kept.read_text().splitlines()) == len(lines) + 1


def test_measurements_of_another_index_are_not_mixed_in(dataset, setup, outcomes, home):
    other = replace(setup, config=replace(setup.config, generation="another"))
    with pytest.raises(UsageError, match=r"this run was begun with another index\. ") as caught:
        measured(dataset, other, home / "out", 1, lambda *_: None)
    assert caught.value.place == str(home / "out" / MEASUREMENTS)


def test_what_a_measurement_depends_on_is_named(setup, monkeypatch):
    """A resumed benchmark must not mix scorers, settings, code or baselines."""
    config, before = setup.config, setup.identity()
    scorer = replace(config.scorer, intercept=config.scorer.intercept + 1)
    changed = {
        "scorer": replace(setup, config=replace(config, scorer=scorer)),
        "settings": replace(
            setup, config=replace(config, settings=Settings(reader=ReaderSettings(max_side=9)))
        ),
        "baselines": replace(setup, baselines=False),
        "threshold": replace(setup, config=replace(config, threshold=0.9)),
    }
    for name, other in changed.items():
        now = other.identity()
        assert [key for key in before if before[key] != now[key]][-1:] == [name], name
    monkeypatch.setattr("detector.jobs.run_identity.code_digest", lambda: "other")
    assert setup.identity() != before


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}"])
def test_a_file_of_something_else_is_not_measured_into(dataset, setup, tmp_path, text):
    (tmp_path / MEASUREMENTS).write_text(f"{text}\n")
    with pytest.raises(UsageError, match="begun with another index, threshold, "):
        measured(dataset, setup, tmp_path, 1, lambda *_: None)
    assert (tmp_path / MEASUREMENTS).read_text() == f"{text}\n"


def measure_or_die(request: str) -> list[bytes]:
    """Measure, but be killed over a photo that a file of the same name marks, once."""
    marked = Path(json.loads(request)["path"]).with_suffix(".kill")
    if marked.exists():
        marked.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return measure_photo(request)


def test_what_a_process_died_over_is_measured_by_the_next_run(
    dataset, setup, outcomes, tmp_path, monkeypatch
):
    photos = [replace(one, path=tmp_path / one.path.name) for one in dataset.photos[:3]]
    for old, new in zip(dataset.photos, photos, strict=False):
        shutil.copy(old.path, new.path)
    photos[1].path.with_suffix(".kill").touch()
    monkeypatch.setattr("detector.evaluation.run_methods.measure_photo", measure_or_die)
    kept = tmp_path / MEASUREMENTS
    first = list(measure(photos, setup, kept))
    assert [bool(row) for row in first] == [True, False, True]
    assert len(kept.read_text().splitlines()) == 3
    second = list(measure(photos, setup, kept))
    found = [row[WHOLE].answers for row in second]
    assert found == [one.answers for one in outcomes[WHOLE][:3]]
    assert second[0] == first[0]
    assert len(kept.read_text().splitlines()) == 4


def test_a_dataset_without_photos_is_refused(setup, tmp_path):
    with pytest.raises(DatasetError, match="no usable photo"):
        measured(Dataset("empty", ()), setup, tmp_path, 1, lambda *_: None)


def test_a_channel_that_is_away_proposes_nothing(outcomes):
    without, alone = outcomes["without sift"], outcomes["words alone"]
    whole = outcomes[WHOLE]
    assert all(len(a.answers) <= len(b.answers) for a, b in zip(without, whole, strict=True))
    assert all(len(one.answers) <= 3 for one in alone)
    assert whole[0].answers[0].score >= without[0].answers[0].score


def test_inverted_distances_and_shuffled_labels_are_caught(dataset, outcomes, detector, result):
    """Faults injected on purpose: what found marks before is now a regression."""
    broken = {
        name: [replace(one, answers=_turned(one)) for one in mine]
        for name, mine in outcomes.items()
    }
    bad = figures(dataset, broken, detector)
    assert all(one.regressed for one in compare_results(result, bad).changes)
    swap = {"vornak": "noloop", "noloop": "vornak"}
    shuffled = {name: [_relabelled(one, swap) for one in mine] for name, mine in outcomes.items()}
    chance = figures(dataset, shuffled, detector)
    assert chance["methods"][WHOLE]["top1"][0] == 0


def test_saturated_scores_are_ranked_by_log_odds():
    """All three probabilities are 1.0, and yet the right mark is first and above every alarm."""
    outcomes = [
        outcome(["a"], [("wash", 50.0), ("a", 45.0), ("b", 40.0)]),
        outcome([], [("b", 39.0)]),
    ]
    marks = [Mark("a", "A"), Mark("b", "B"), Mark("wash", "Wash at 30", "ignore")]
    figures = evaluate({WHOLE: outcomes}, marks, SEED, {outcomes[0].photo.path: "photo"})
    method = figures["methods"][WHOLE]
    assert (method["top1"][0], method["recall"]["0.01"][0]) == (1.0, 1.0)
    assert [(alarm["mark"], alarm["score"]) for alarm in figures["alarms"]] == [("b", 1.0)]
    assert figures["calibration"]["bins"][-1] == [1.0, 0.5, 2]


def _turned(one: Outcome):
    return tuple(replace(answer, score=1 - answer.score) for answer in reversed(one.answers))


def _relabelled(one: Outcome, swap):
    truths = tuple(replace(truth, mark=swap[truth.mark]) for truth in one.photo.truths)
    return replace(one, photo=replace(one.photo, truths=truths))


@pytest.mark.parametrize("number", [0, 1])
def test_baselines_find_an_exact_copy(detector, number):
    view = detector.index.view(int(np.flatnonzero(detector.index.view_table.marks == number)[0]))
    for method in baselines(detector.index):
        answers = method.answers(Picture(view.pixels))
        best = max(answers, key=lambda one: one.score)
        assert best.mark == detector.index.marks[number].id, method.name
        assert len(answers) == 2
