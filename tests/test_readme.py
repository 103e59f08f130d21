"""The README keeps its word: its commands run, its tables are what the scripts find."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from detector.records import Finding, Listing
from tools import markdown_text, write_readme

from .commands import ROOT, fenced

README = (ROOT / "README.md").read_text(encoding="utf-8")
DEMO, TEST = fenced(README, "")[0].split("\n")[:2]
BASH = shutil.which("bash")


def run(*command, cwd=ROOT, **environment):
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment or None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# --- the two commands -----------------------------------------------------------------------


def test_the_first_block_has_the_two_commands():
    assert (DEMO, TEST) == ("bash scripts/demo", "bash scripts/test")


@pytest.mark.parametrize(
    "script", ["scripts/demo", "scripts/test", "scripts/environment", ".ci/run"]
)
def test_a_script_is_there_and_parses(script):
    done = run(BASH, "-n", script)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("script", ["scripts/demo", "scripts/test", ".ci/run"])
def test_a_script_stops_at_the_first_failure(script):
    text = (ROOT / script).read_text(encoding="utf-8")
    assert "\nset -euo pipefail\n" in text
    assert os.access(ROOT / script, os.X_OK)


def test_the_build_service_runs_the_test_command_and_nothing_else():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert text.splitlines()[-1] == f"exec {TEST}"
    assert text.count("bash") == 2  # the first line and the command


@pytest.fixture
def checkout(tmp_path):
    """A copy of the scripts with an environment that only pretends to be one."""
    (tmp_path / "scripts").mkdir()
    for name in ("demo", "environment", "test"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts" / name)
    (tmp_path / "drawing").mkdir()
    (tmp_path / "drawing" / "fonts.txt").write_text("fonts-lato\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    return tmp_path


def pretend(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{BASH}\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def pretend_environment(checkout: Path) -> Path:
    """Tools that write down how they were called; ruff fails when told to by a file `bad`."""
    log = checkout / "log"
    tell = f'echo "${{0##*/}} $* home=$HOME" >>"{log}"'
    for tool in ("detector", "mypy", "python"):
        pretend(checkout / ".venv" / "bin" / tool, tell)
    pretend(checkout / ".venv" / "bin" / "ruff", f"{tell}\n[[ ! -e bad ]] || exit 3")
    return log


def test_an_old_python_is_told_in_words(checkout):
    pretend(checkout / "bin" / "old", "exit 1")
    done = run(BASH, "scripts/demo", cwd=checkout, PATH=os.environ["PATH"], PYTHON="bin/old")
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stderr
    assert not (checkout / ".venv").exists()


def test_the_demo_installs_once_and_again_when_the_package_changes(checkout):
    log = pretend_environment(checkout)
    for change in ("", "", "# changed\n"):
        with (checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write(change)
        done = run(BASH, str(checkout / "scripts" / "demo"), cwd="/", PATH=os.environ["PATH"])
        assert done.returncode == 0, done.stderr
    calls = [line.partition(" home=")[0] for line in log.read_text(encoding="utf-8").splitlines()]
    assert calls.count("detector demo --out demo-output") == 3
    assert calls.count("python -m pip install --quiet --editable .[ocr]") == 2


def test_an_empty_home_is_replaced(checkout):
    log = pretend_environment(checkout)
    for home in ("", "/nowhere/at/all"):
        done = run(BASH, "scripts/demo", cwd=checkout, PATH=os.environ["PATH"], HOME=home)
        assert done.returncode == 0, done.stderr
    homes = {
        line.partition(" home=")[2] for line in log.read_text(encoding="utf-8").splitlines()[1:]
    }
    assert homes == {str(checkout / ".venv" / "home")}


def debian(checkout: Path, user: int, *, fonts: bool) -> dict[str, str]:
    """Variables for scripts/test, with tools of Debian that only pretend."""
    pretend(checkout / "bin" / "dpkg", f"exit {int(not fonts)}")
    pretend(checkout / "bin" / "id", f"echo {user}")
    pretend(checkout / "bin" / "apt-get", f'echo "$*" >>"{checkout / "installed"}"')
    path = f"{checkout / 'bin'}:{os.environ['PATH']}"
    return {"PATH": path, "DETECTOR_CHROMIUM": "chromium", "HOME": str(checkout)}


def test_the_gates_run_in_order_and_stop_where_one_fails(checkout):
    log = pretend_environment(checkout)
    quiet = debian(checkout, 0, fonts=True)
    done = run(BASH, "scripts/test", "-k", "word", cwd=checkout, **quiet)
    assert done.returncode == 0, done.stderr
    calls = [line.partition(" home=")[0] for line in log.read_text(encoding="utf-8").splitlines()]
    assert calls[1:] == [
        "python -m pip install --quiet --editable .[test]",
        "ruff check .",
        "ruff format --check .",
        "mypy ",
        "python -m pytest --quiet --numprocesses 2 -k word",
    ]
    (checkout / "bad").touch()
    assert run(BASH, "scripts/test", cwd=checkout, **quiet).returncode == 3
    assert not (checkout / "installed").exists()


def test_missing_fonts_are_installed_by_root(checkout):
    pretend_environment(checkout)
    done = run(BASH, "scripts/test", cwd=checkout, **debian(checkout, 0, fonts=False))
    assert (done.returncode, done.stderr) == (0, "")
    installed = (checkout / "installed").read_text(encoding="utf-8").splitlines()
    assert installed == ["update", "install --yes --no-install-recommends fonts-lato"]


def test_missing_fonts_are_named_to_others(checkout):
    pretend_environment(checkout)
    done = run(BASH, "scripts/test", cwd=checkout, **debian(checkout, 1000, fonts=False))
    assert done.returncode == 0
    assert "apt-get install $(cat drawing/fonts.txt)" in done.stderr
    assert not (checkout / "installed").exists()


# --- the table of sample photos -------------------------------------------------------------


def finding(mark, score, box):
    quad = np.zeros((4, 2), np.float32)
    return Finding(mark, mark.title(), score, "identical copy", box, quad, (), "f")


def label(mark="", box=None, note="", image="mug.jpg"):
    return write_readme.Label(image, mark, box, note)


def listing(*findings, status="ok", decision="review"):
    return Listing("samples/mug.jpg", status, decision, findings=findings)


BOX = (10.0, 10.0, 50.0, 30.0)


@pytest.mark.parametrize(
    ("labels", "findings", "outcome"),
    [
        ([label("acme", BOX)], [finding("acme", 0.9, BOX)], "right"),
        ([label("acme", BOX)], [finding("acme", 0.9, (12, 12, 20, 20))], "right"),
        ([label("acme", BOX)], [], "**missed acme**"),
        (
            [label("acme", BOX)],
            [finding("acme", 0.9, (60, 10, 99, 30))],
            "**missed acme, false acme**",
        ),
        (
            [label("acme", BOX)],
            [finding("acme", 0.9, BOX), finding("fox", 0.7, BOX)],
            "**false fox**",
        ),
        ([label()], [], "right"),
        ([label()], [finding("fox", 0.7, BOX)], "**false fox**"),
        (
            [label("acme", BOX), label("acme", (60, 0, 90, 20)), label("fox", BOX)],
            [finding("acme", 0.9, (61, 1, 80, 10))],
            "**missed fox**",
        ),
    ],
)
def test_a_photo_is_right_when_all_is_found_in_its_place(labels, findings, outcome):
    assert write_readme.judge(labels, listing(*findings)).outcome == outcome


def test_the_table_in_words():
    rows = [
        write_readme.judge(
            [label("acme", BOX, "small | bent")], listing(finding("acme", 0.914, BOX))
        ),
        write_readme.judge([label(image="box.jpg", note="clean")], listing(decision="pass")),
        write_readme.judge([label("fox", BOX, image="cut.jpg")], listing(status="partial")),
    ]
    assert write_readme.table(rows).splitlines() == [
        "| photo | what it shows | expected | found | score | called | decision |  |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| [mug](samples/mug.jpg) | small \\| bent | acme | acme | 0.91 | identical copy | review "
        "| right |",
        "| [box](samples/box.jpg) | clean | nothing | nothing |  |  | pass | right |",
        "| [cut](samples/cut.jpg) |  | fox | nothing |  |  | partial | **missed fox** |",
        "",
        "1 of 2 marks and look-alikes were found in their place. Of 1 photos without any, 0 had a "
        "finding; of the other 2, 0 had one too many.",
    ]


def test_the_gallery_shows_what_is_wrong_and_nothing_else():
    rows = [
        write_readme.judge([label("acme", BOX)], listing(finding("acme", 0.914, BOX))),
        write_readme.judge([label("fox", BOX, "small", image="cut.jpg")], listing()),
    ]
    lines = write_readme.gallery(rows).splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("<table>", "</table>", 3)
    assert 'src="samples/cut.jpg"' in lines[1]
    assert "cut: missed fox" in lines[1]


def test_labels_are_read_by_photo(tmp_path):
    rows = [
        ["image", "mark", "x0", "y0", "x1", "y1", "note"],
        ["a.jpg", "acme", "1", "2", "3", "4", "bent"],
        ["a.jpg", "fox", "5", "6", "7", "8", ""],
        ["b.jpg", "", "", "", "", "", "clean"],
    ]
    with (tmp_path / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    found = write_readme.read_labels(tmp_path / "labels.csv")
    assert [one.box for one in found["a.jpg"]] == [(1, 2, 3, 4), (5, 6, 7, 8)]
    assert found["b.jpg"] == [label(image="b.jpg", note="clean")]


def test_fill_writes_between_the_markers_and_nowhere_else():
    text = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb"
    once = markdown_text.fill(text, "x", "new")
    assert once == "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb"
    assert markdown_text.fill(once, "x", "new") == once
    with pytest.raises(ValueError, match="once each"):
        markdown_text.fill("no markers", "x", "new")


@pytest.mark.parametrize("name", ["samples", "accuracy"])
def test_the_readme_has_the_markers(name):
    assert "kept" in markdown_text.fill(README, name, "kept")


def test_the_table_of_accuracy_says_what_the_results_say():
    table = write_readme.accuracy(markdown_text.read_result("accuracy"))
    assert markdown_text.fill(README, "accuracy", table) == README


def cells_of(text: str) -> list[list[str]]:
    _, _, rest = text.partition("<!-- samples:begin -->")
    body, _, _ = rest.partition("<!-- samples:end -->")
    rows = [line for line in body.splitlines() if line.startswith("| [")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def test_the_table_of_sample_photos_is_what_is_found_now():
    """Scores may differ by a hundredth between machines; everything else is the same."""
    fresh = markdown_text.fill(
        README, "samples", write_readme.table(list(write_readme.examine(*write_readme.SOURCES)))
    )
    told, found = cells_of(README), cells_of(fresh)
    assert len(found) >= 30
    assert [row[:4] + row[5:] for row in told] == [row[:4] + row[5:] for row in found]
    for mine, theirs in zip(told, found, strict=True):
        scores = [[float(one) for one in row[4].split(", ") if one] for row in (mine, theirs)]
        np.testing.assert_allclose(scores[0], scores[1], atol=0.0101)
