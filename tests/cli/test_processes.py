"""What only shows in a process of its own: interruption, kill -9, broken pipes, imports."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.hostile import make_hostile

from .conftest import ENTRY, small_photos, start

KILLS = 5


def scan_words(shop, folder, *more):
    return ("scan", folder, "--index", shop.index, "--format", "jsonl", "--jobs", 1, *more)


def without_seconds(text: str) -> list[dict]:
    found = [json.loads(line) for line in text.splitlines()]
    for line in found:
        line.pop("seconds", None)
        line.get("provenance", {}).pop("time", None)
    return found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete_commands(shell):
    environment = {**os.environ, "_DETECTOR_COMPLETE": f"{shell}_source"}
    words = [sys.executable, "-c", ENTRY.replace("main()", "main(prog_name='detector')")]
    script = subprocess.run(
        words, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert "_DETECTOR_COMPLETE" in script.stdout


def test_help_stands_on_lines_of_its_own():
    for words in (("--help",), ("scan", "--help")):
        text, _ = start(*words).communicate(timeout=60)
        assert "\b" not in text
        assert "\\b" not in text
    assert (
        "\n    detector scan photos/ --index my-index --report report/\n"
        in (start("--help").communicate(timeout=60)[0])
    )


def test_help_and_version_load_nothing_heavy():
    report = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    for words in (["--help"], ["scan", "--help"], ["--version"]):
        command = [sys.executable, "-c", f"{report}; {ENTRY}", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout
        loaded = {name.split(".")[0] for name in done.stderr.split()}
        assert "click" in loaded
        assert loaded.isdisjoint({"cv2", "numpy", "sklearn", "PIL", "rich", "scipy", "jinja2"})


def test_five_hundred_hostile_pictures_each_get_an_answer(shop, tmp_path):
    paths = make_hostile(tmp_path / "hostile", 500, seed=3)
    words = ("scan", tmp_path / "hostile", "--index", shop.index, "--format", "jsonl")
    process = start(*words, "--jobs", 2)
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 2
    assert errors == ""
    *lines, summary = without_seconds(output)
    assert [line["path"] for line in lines] == [str(path) for path in paths]
    assert {line["status"] for line in lines} == {"ok", "partial", "refused", "error", "skipped"}
    assert all(line["message"] for line in lines if line["status"] != "ok")
    assert all(line["decision"] != "pass" for line in lines if line["status"] != "ok")
    assert not [line for line in lines if "the worker died" in line["message"]]
    assert not [line for line in lines if "the examination failed" in line["message"]]
    assert summary["complete"]
    assert summary["images"] == 500


def test_a_scan_killed_five_times_ends_as_if_nothing_had_happened(shop, tmp_path):
    small_photos(tmp_path / "photos", 9)
    rng, journal = random.Random(1), tmp_path / "journal"
    words = scan_words(shop, tmp_path / "photos", "--resume", journal)
    for _ in range(KILLS):
        process = start(*words)
        for _ in range(rng.randint(0, 8)):
            process.stdout.readline()
        process.kill()
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        if journal.exists():
            with closing(sqlite3.connect(journal)) as base:
                assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    resumed, errors = start(*words).communicate(timeout=120)
    whole, _ = start(*scan_words(shop, tmp_path / "photos")).communicate(timeout=120)
    assert errors == ""
    assert without_seconds(resumed) == without_seconds(whole)
    assert len(whole.splitlines()) == 10


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_kill_end_cleanly_and_say_how_to_go_on(shop, tmp_path, how):
    small_photos(tmp_path / "photos", 400)
    journal = tmp_path / "journal"
    for more, hint in (
        ((), "With --resume JOURNAL"),
        (("--resume", journal), "Run the same command again"),
    ):
        process = start(*scan_words(shop, tmp_path / "photos", *more))
        first = process.stdout.readline()
        process.send_signal(how)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in errors
        assert hint in errors
        *lines, summary = without_seconds(first + output)
        assert summary["complete"] is False
        assert summary["images"] == len(lines) < 400
    with closing(sqlite3.connect(journal)) as base:
        assert base.execute("SELECT count(*) FROM photos").fetchone()[0] >= len(lines)


def test_a_full_disk_is_named(shop, tmp_path):
    small_photos(tmp_path / "photos", 1)
    with Path("/dev/full").open("w") as full:
        process = start(*scan_words(shop, tmp_path / "photos"), stdout=full)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors == "error: standard output: No space left on device\n"


def test_a_reader_that_leaves_early_is_no_trouble(shop, tmp_path):
    small_photos(tmp_path / "photos", 30)
    process = start(*scan_words(shop, tmp_path / "photos"))
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(timeout=60) == 141
    assert errors == ""
    process.stderr.close()


def test_output_that_cannot_encode_a_name_is_escaped(shop, tmp_path):
    (tmp_path / "\N{ROCKET}.jpg").write_bytes(shop.clean.read_bytes())
    words = ["scan", str(tmp_path), "--index", str(shop.index)]
    for form in ("csv", "table"):
        done = subprocess.run(
            [sys.executable, "-c", ENTRY, *words, "--format", form],
            capture_output=True,
            check=False,
            timeout=60,
            env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "COLUMNS": "200"},
        )
        assert done.returncode == 0, done.stderr
        assert b"\\U0001f680.jpg" in done.stdout
