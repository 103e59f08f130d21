"""`detector benchmark` from the command line, on drawn photos."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from PIL import Image

from detector import import_marks, load_marks
from detector.cli.main import main
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
    done = run(home, "--out", home / "out", "--policy", home / "policy.toml")
    return done, json.loads((home / "out" / "result.json").read_text())


def test_everything_is_written_and_said(home, first):
    done, result = first
    assert done.exit_code == 0, done.output
    assert (home / "out" / "benchmark.html").is_file()
    assert "2 photos of 2 marks, 1 clean photos, 1 lines not used" in done.output
    assert "gone.png" in done.output
    assert result["methods"]["detector"]["top1"][0] == 1
    assert result["dataset"]["unusable"][0]["reason"]
    assert "review" in (home / "policy.toml").read_text()


def test_the_same_again_is_no_regression(home, first):
    done = run(home, "--out", home / "out", "--against", home / "out" / "result.json")
    assert done.exit_code == 0, done.output
    assert "0 better, 0 worse" in done.output


def test_worse_than_before_is_status_1(home, first, tmp_path):
    assert first[0].exit_code == 0
    labels = home / "labels.csv"
    text = labels.read_text()
    labels.write_text(text.replace("png,vornak", "png,x").replace("png,noloop", "png,vornak")
                      .replace("png,x", "png,noloop"))  # fmt: skip
    try:
        done = run(home, "--out", tmp_path / "out", "--against", home / "out" / "result.json")
    finally:
        labels.write_text(text)
    assert done.exit_code == 1, done.output
    assert "REGRESSION" in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--against", "nowhere.json"), "cannot be read"),
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
