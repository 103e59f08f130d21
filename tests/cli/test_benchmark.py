"""`detector benchmark` from the command line, on drawn photos."""

from __future__ import annotations

import json
import shutil
import tomllib
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from PIL import Image

from detector import import_marks, load_marks
from detector.cli.benchmark_curve import prepare_curve
from detector.cli.benchmark_options import Options
from detector.cli.main import main
from detector.evaluation.records import LabelledPhoto
from detector.index.store import ReferenceIndex
from tests import scenes


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    (folder / "photos").mkdir()
    (folder / "clean").mkdir()
    rows = ["image,mark,boxes"]
    for name, sign in (("vornak", scenes.emblem()), ("noloop", scenes.ring())):
        Image.fromarray(sign).save(folder / f"{name}.png")
        photo = scenes.laid(scenes.ground(1), sign, scenes.pose(100, 80, 0.7))
        Image.fromarray(photo).save(folder / "photos" / f"on-{name}.png")
        rows.append(f"photos/on-{name}.png,{name},100 80 310 290")
    rows.append("photos/gone.png,vornak,")
    Image.fromarray(scenes.ground(4)).save(folder / "clean" / "a.png")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    marks = load_marks([folder / "vornak.png", folder / "noloop.png"])
    import_marks(folder / "index", marks)
    return folder


def run(home, *arguments):
    command = ["benchmark", str(home / "labels.csv"), "--index", str(home / "index"), "--jobs", "1"]
    command += ["--negatives", str(home / "clean"), "--no-baselines", *map(str, arguments)]
    return CliRunner().invoke(main, command)


@pytest.fixture(scope="module")
def first(home):
    costs = ("--cost-miss", "9", "--cost-alarm", "1")  # one clean photo alone advises nothing
    done = run(home, "--out", home / "out", "--policy", home / "policy.toml", *costs)
    return done, json.loads((home / "out" / "result.json").read_text())


def test_everything_is_written_and_said(home, first):
    done, result = first
    assert done.exit_code == 0, done.output
    assert (home / "out" / "benchmark.html").is_file()
    assert "labels: 3 photos read, 2 labelled, 1 declared clean, 0 left out" in done.output
    assert "2 used (0 without a place), 0 not counted" in done.output
    assert "gone.png" in done.output
    for word in ["Put", "the", "file", "where", "the", "line", "says"]:  # in a narrow column
        assert word in done.output
    assert "examined 2 of 2 labelled photos and 1 of 1 clean photos, against 2 mark" in done.output
    assert result["methods"]["detector"]["examined"] == {"photos": 2, "marks": 2, "clean": 1}
    overview = result["dataset"]["overview"]
    assert overview["not_used"][0] == {
        "reason": "missing file",
        "count": 1,
        "examples": [
            {"place": "labels.csv:4", "reason": overview["not_used"][0]["examples"][0]["reason"]}
        ],
        "remedy": "Put the file where the line says, or correct its name.",
    }
    low = result["methods"]["detector"]["top1"][1]
    assert 0.3 < low < 0.4  # two of two are not certain
    assert result["methods"]["detector"]["top1"][0] == 1
    assert result["dataset"]["unusable"][0]["reason"]
    text = (home / "policy.toml").read_text()
    assert "from 1 clean photos that were examined" in text
    assert tomllib.loads(text) == {"review": 0.1, "block": 0.9}


def test_the_same_again_is_no_regression(home, first):
    done = run(home, "--out", home / "out", "--against", home / "out" / "result.json")
    assert done.exit_code == 0, done.output
    assert "on 2 marks in photos; 0 better, 0 worse" in done.output
    assert "recall: at the threshold of 1 clean photos of both runs" in done.output


def test_worse_than_before_is_status_1(home, first, tmp_path):
    """The marks in the index were exchanged: what is found now is wrong."""
    assert first[0].exit_code == 0
    for name, other in (("vornak", "noloop"), ("noloop", "vornak")):
        shutil.copy(home / f"{name}.png", tmp_path / f"{other}.png")
    import_marks(tmp_path / "index", load_marks([tmp_path / "vornak.png", tmp_path / "noloop.png"]))
    old = home / "out" / "result.json"
    done = run(home, "--out", tmp_path / "out", "--against", old, "--index", tmp_path / "index")
    assert done.exit_code == 1, done.output
    assert "0 better, 2 worse" in done.output
    assert "REGRESSION" in done.output


def test_labels_that_changed_are_not_compared(home, first):
    labels, old = home / "labels.csv", home / "out" / "old.json"
    text = labels.read_text()
    shutil.copy(home / "out" / "result.json", old)
    labels.write_text(text.replace("png,vornak", "png,x").replace("png,noloop", "png,vornak")
                      .replace("png,x", "png,noloop"))  # fmt: skip
    try:
        done = run(home, "--out", home / "out", "--against", old)
    finally:
        labels.write_text(text)
    assert done.exit_code == 2, done.output
    assert "no labelled photo in common" in done.output


def test_too_few_clean_photos_advise_nothing_and_doubtful_ones_are_named(home, first, tmp_path):
    """The clean photo shows a mark: it must not set the policy, and a person must see it."""
    shown = scenes.laid(scenes.ground(9), scenes.emblem(), scenes.pose(60, 70, 0.7))
    Image.fromarray(shown).save(tmp_path / "kitchen.png")
    policy = tmp_path / "policy.toml"
    done = run(home, "--out", home / "out", "--negatives", tmp_path, "--policy", policy)
    assert done.exit_code == 2, done.output
    assert "2 were examined, 100 are needed to say what holds up 1%" in done.output
    assert "no policy is written" in done.output
    assert not policy.exists()
    words = done.output[done.output.index("is the mark in them?") :]
    assert "kitchen.png: vornak" in words.split("\n")[1]


def test_negatives_that_cannot_be_read_say_nothing(home, first, tmp_path):
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "item.jpg").write_text("<html>gone</html>")
    arguments = ["benchmark", home / "labels.csv", "--index", home / "index", "--jobs", "1"]
    arguments += ["--negatives", tmp_path / "clean", "--no-baselines", "--out", home / "out"]
    policy, old = tmp_path / "policy.toml", home / "out" / "result.json"
    shutil.copy(old, tmp_path / "old.json")
    more = ["--policy", policy, "--cost-miss", "9", "--cost-alarm", "1"]
    done = CliRunner().invoke(main, list(map(str, [*arguments, *more])))
    assert done.exit_code == 2, done.output
    assert "0 of 1 clean photos" in done.output
    assert "No clean photo was examined" in done.output
    assert "no policy is written: no clean photo was examined" in done.output
    result = json.loads(old.read_text())
    own = result["methods"]["detector"]
    assert own["recall"] == {"0.01": [None] * 3, "0.001": [None] * 3}
    assert own["examined"] == {"photos": 2, "marks": 2, "clean": 0}
    assert [photo["recalled"] for photo in result["photos"]] == [None, None]
    assert (result["advice"]["clean"], "review" in result["advice"]) == (0, False)
    against = ["--against", tmp_path / "old.json"]
    done = CliRunner().invoke(main, list(map(str, [*arguments, *against])))
    assert done.exit_code == 2
    assert "recall cannot be compared" in done.output
    assert "top-1: 1.000 then, 1.000 now" in done.output


def check(home, *arguments):
    command = ["benchmark", home / "labels.csv", "--index", home / "index", "--check", *arguments]
    return CliRunner().invoke(main, list(map(str, command)))


def test_a_check_says_what_is_used_and_examines_nothing(home, monkeypatch):
    monkeypatch.setattr("detector.pipeline.detector.Detector.open", None)
    before = sorted(home.iterdir())
    done = check(home, "--negatives", home / "clean")
    assert done.exit_code == 0, done.output
    assert "3 photos read, 2 labelled, 1 declared clean" in done.output
    assert "labels.csv:4" in done.output
    assert sorted(home.iterdir()) == before
    assert "marks without photos" not in done.output


def test_strict_stops_where_something_is_left_out(home):
    done = check(home, "--strict")
    assert done.exit_code == 2
    assert "0 photos and 1 labels or lines are not used; first: " in done.output
    text = (home / "labels.csv").read_text().splitlines()[:-1]
    (home / "sound.csv").write_text("\n".join(text))
    command = ["benchmark", str(home / "sound.csv"), "--index", str(home / "index"), "--check"]
    done = CliRunner().invoke(main, [*command, "--strict"])
    assert done.exit_code == 0, done.output


def test_graphics_are_not_photos_of_the_dataset(home, tmp_path):
    shutil.copy(home / "clean" / "a.png", tmp_path / "copy.png")
    Image.fromarray(scenes.ground(7)).save(tmp_path / "page.png")
    options = Options(**dict.fromkeys(Options.__slots__, ()) | {"graphics": (tmp_path,), "seed": 1})
    with ReferenceIndex.open(home / "index") as index:
        photos = [LabelledPhoto(home / "clean" / "a.png")]
        setup = prepare_curve(options, SimpleNamespace(index=index), photos)
    assert [one.path.name for one in setup.graphics] == ["page.png"]
    assert setup.unusable[0]["reason"].startswith("duplicate image: the same bytes as ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--against", "nowhere.json"), "cannot be read"),
        (("--strict",), "1 labels or lines are not used"),
        (("--ladder", "--attack", "tickled"), "Attacks are: size, rotation"),
        (("--cost-miss", "1", "--cost-alarm", "-1"), "range x>0"),
        (("--distractor-counts", "1,two"), "not a list of numbers"),
        (("--distractor-counts", "1"), "there are only 0 distractors, 1 are wanted"),
        (("--distractors", "nowhere"), "there is no such file or folder"),
        (("--graphics", "nowhere"), "no photo in this folder"),
    ],
)
def test_wrong_options_are_status_2(home, tmp_path, arguments, words):
    done = run(home, "--out", tmp_path / "out", *arguments)
    assert done.exit_code == 2
    assert words in done.output


def test_the_ladder_is_climbed_when_asked_for(home):
    done = run(home, "--out", home / "out", "--ladder", "--attack", "mirrored", "--seed", "2")
    assert done.exit_code == 0, done.output
    (one,) = json.loads((home / "out" / "result.json").read_text())["ladder"]["attacks"]
    assert (one["name"], len(one["recall"])) == ("mirrored", len(one["rungs"]))
    assert one["recall"][0] == 1


def test_the_ladder_needs_no_photos(home, tmp_path):
    base = ["benchmark", "--index", str(home / "index"), "--out", str(tmp_path), "--jobs", "1"]
    ladder = [*base, "--ladder", "--attack", "inverted polarity", "--ladder-marks", "1"]
    done = CliRunner().invoke(main, ladder)
    assert done.exit_code == 0, done.output
    assert "inverted polarity" in done.output
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["ladder"]["attacks"][0]["shown"] == 1
    assert result["ladder"]["marks"] == 2
    assert "Robustness of 2 marks" in (tmp_path / "benchmark.html").read_text()
    nothing = CliRunner().invoke(main, base)
    assert nothing.exit_code == 2
    assert "nothing to measure" in nothing.output
    nowhere = CliRunner().invoke(main, ["benchmark", "x", "--index", str(home / "index")])
    assert nowhere.exit_code == 2
    assert "Give --out DIR" in nowhere.output


def test_alarms_are_measured_beside_distractors_and_by_kind(home, tmp_path):
    others, graphics = tmp_path / "others", tmp_path / "graphics"
    others.mkdir()
    graphics.mkdir()
    Image.fromarray(255 - scenes.emblem()[::-1]).save(others / "turned.png")
    Image.fromarray(scenes.ring()).save(others / "noloop.png")
    Image.fromarray(scenes.ground(7)).save(graphics / "page.png")
    beside = (
        "--no-words",
        "--distractors",
        others,
        "--graphics",
        graphics,
        "--distractor-counts",
        "1",
    )
    done = run(home, "--out", tmp_path / "out", *beside)
    assert done.exit_code == 0, done.output
    assert "as the index has them (1): noloop" in done.output
    assert "branded" in done.output
    assert "outscored" in done.output
    curve = json.loads((tmp_path / "out" / "result.json").read_text())["curve"]
    assert [(point["distractors"], point["marks"]) for point in curve["points"]] == [(0, 2), (1, 3)]
    kinds = curve["points"][1]["kinds"]
    photos = {kind: figures["photos"] for kind, figures in kinds.items()}
    assert photos == {"clean": 1, "branded": 2, "graphics": 1}
    assert len(list((tmp_path / "out" / "indexes").iterdir())) == 1
    assert "Beside distractors" in (tmp_path / "out" / "benchmark.html").read_text()
