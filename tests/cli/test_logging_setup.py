"""`--log-level` and `--log-format`: what an operator sees of a scan, and that it is safe to see."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from datetime import datetime

import pytest

from detector.cli.logging_setup import logging_to_stderr

from .conftest import detector, small_photos, start

LOG = logging.getLogger("detector.test")
ODD = "a\x1b[2J\n\u202eb"


def records(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def scan_logged(shop, *words, level="info"):
    """The result of a scan, and its log records."""
    before = ("--log-level", level, "--log-format", "json", "scan", "--index", shop.index)
    found = detector(*before, *words)
    return found, records(found.stderr)


def test_a_scan_is_logged_as_json_lines(shop, tmp_path):
    odd = tmp_path / f"{ODD}.jpg"
    shutil.copy(shop.copy, odd)
    found, lines = scan_logged(shop, shop.clean, odd, "--format", "jsonl", "--jobs", 1)
    assert found.exit_code == 1
    assert all(set(line) >= {"time", "level", "logger", "message"} for line in lines)
    assert all(datetime.fromisoformat(line["time"]).tzinfo for line in lines)
    messages = [line["message"] for line in lines]
    # Opened by the command, then by its worker.
    assert messages == [
        "index opened",
        "scan begun",
        "worker started",
        "index opened",
        "photo done",
        "photo done",
    ]
    begun, worker, opened, clean, copy = lines[1:]
    assert begun["identity"]["index"] == lines[0]["generation"] == opened["generation"]
    assert (begun["jobs"], opened["marks"], opened["worker"]) == (1, 1, worker["worker"])
    assert (clean["path"], clean["status"], clean["decision"]) == (str(shop.clean), "ok", "pass")
    assert (copy["path"], copy["findings"]) == (str(odd), 1)
    assert clean["seconds"] > 0
    plain = detector("scan", "--index", shop.index, shop.clean, odd, "--format", "jsonl")
    assert len(plain.stdout.splitlines()) == len(found.stdout.splitlines())
    assert plain.stderr == ""


def test_text_is_for_people_and_cannot_move_the_cursor(shop, tmp_path):
    odd = tmp_path / f"{ODD}.jpg"
    shutil.copy(shop.clean, odd)
    found = detector("--log-level", "info", "scan", "--index", shop.index, odd)
    (line,) = (one for one in found.stderr.splitlines() if "photo done" in one)
    assert " INFO detector.jobs.runner: photo done path=" in line
    assert "a\\x1b[2J\\n\\u202eb.jpg status=ok decision=pass findings=0 seconds=" in line
    assert "\x1b" not in found.stderr
    assert "\u202e" not in found.stderr


def test_a_level_leaves_out_what_is_below(shop):
    found, lines = scan_logged(shop, shop.clean, level="warning")
    assert (found.exit_code, lines) == (0, [])
    assert "worker ended" in [
        line["message"] for line in scan_logged(shop, shop.clean, level="debug")[1]
    ]


def test_an_import_is_logged(shop, tmp_path):
    words = ("--log-level", "debug", "--log-format", "json")
    found = detector(*words, "marks", "import", shop.mark, "--index", tmp_path / "index")
    messages = {line["message"]: line for line in records(found.stderr)}
    assert messages["mark taken up"]["mark"] == "norrvik"
    assert messages["marks imported"]["described"] == 1
    assert messages["marks imported"]["index"] == str(tmp_path / "index")


def test_logging_ends_with_the_command(shop, capsys):
    before = logging.getLogger("detector").handlers[:], logging.getLogger("detector").level
    scan_logged(shop, shop.clean)
    assert (logging.getLogger("detector").handlers, logging.getLogger("detector").level) == before
    LOG.error("said to nobody")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("words", [("--log-level", "loud"), ("--log-format", "xml")])
def test_unknown_levels_and_forms_are_usage_errors(shop, words):
    assert detector(*words, "scan", shop.clean).exit_code == 2


@pytest.mark.parametrize("form", ["text", "json"])
def test_fields_of_any_kind_are_written_and_pictures_are_not(capsys, form):
    fields = {"data": b"\x89PNG picture", "many": {"a": b"x", "b": [1]}, "none": None, "odd": ODD}
    with logging_to_stderr("debug", form):
        LOG.info("a %s", "word", extra=fields)
        try:
            raise ValueError(ODD)
        except ValueError:
            LOG.exception("failed")
    first, second = capsys.readouterr().err.splitlines()
    assert "PNG picture" not in first
    if form == "json":
        line = json.loads(first)
        assert (line["message"], line["data"], line["none"]) == ("a word", "<bytes>", None)
        assert line["many"] == {"a": "<bytes>", "b": "[1]"}
        assert "Traceback" in json.loads(second)["exception"]
    else:
        assert 'a word data=<bytes> many={"a": "<bytes>", "b": "[1]"} none=null odd=' in first
        assert "Traceback" in second


def test_a_log_that_cannot_be_written_does_not_end_a_scan(shop, tmp_path):
    small_photos(tmp_path, 2)
    words = ("--log-level", "debug", "scan", tmp_path, "--index", shop.index, "--format", "jsonl")
    process = start(*words)
    process.stderr.close()
    output = process.stdout.read()
    assert process.wait(timeout=120) == 0
    assert json.loads(output.splitlines()[-1])["complete"]
    process.stdout.close()


def test_the_package_runs_as_a_module_and_help_shows_its_examples():
    command = [sys.executable, "-m", "detector", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Usage: python -m detector [OPTIONS]")
    assert "    detector marks import marks/ --index my-index" in lines
    assert "    detector scan photos/ --index my-index --report report/" in lines
    assert not [char for char in done.stdout if char != "\n" and not char.isprintable()]
    assert "\\b" not in done.stdout
