"""Answers that are kept, with a light stand-in for the measuring."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from detector.errors import UsageError
from detector.evaluation.resumable_run import Request, ResultFile, answered
from tests.jobs.shop import CONFIG

NAMES = ("a", "b", "c")


def examine(request: str) -> list[bytes]:
    """Answer with the name of the file; where it says so, hang or be killed instead."""
    path = Path(request)
    how = path.read_text()
    with path.with_name("log").open("a") as log:
        log.write(path.name)
    if how == "hang":
        signal.pause()
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "garbage":
        return [b"{nothing"]
    return [json.dumps({"name": path.name}).encode()]


def run(folder: Path, config=CONFIG, *, seconds: float = 60, jobs: int = 1, **identity: str):
    kept = ResultFile(folder / "kept.txt", {"index": config.generation, **identity})
    requests = [Request(name, str(folder / name)) for name in NAMES]
    return list(answered(requests, examine, config, kept, jobs=jobs, seconds=seconds))


def asked(folder: Path) -> str:
    """For which files the stand-in was asked since the last call."""
    text = (folder / "log").read_text() if (folder / "log").exists() else ""
    (folder / "log").unlink(missing_ok=True)
    return text


@pytest.mark.parametrize("how", ["hang", "kill", "garbage"])
def test_what_failed_is_tried_again_and_the_rest_is_kept(tmp_path, how):
    for name in NAMES:
        (tmp_path / name).write_text("")
    (tmp_path / "b").write_text(how)
    assert run(tmp_path, seconds=2) == [{"name": "a"}, {}, {"name": "c"}]
    assert asked(tmp_path) == "abc"
    (tmp_path / "b").write_text("")
    assert run(tmp_path, jobs=2) == [{"name": name} for name in NAMES]
    assert asked(tmp_path) == "b"
    assert run(tmp_path) == [{"name": name} for name in NAMES]
    assert asked(tmp_path) == ""


def test_a_run_of_another_identity_is_refused_and_what_differs_is_named(tmp_path):
    for name in NAMES:
        (tmp_path / name).write_text("")
    run(tmp_path, seed="1")
    before = (tmp_path / "kept.txt").read_text()
    with pytest.raises(UsageError, match=r"this run was begun with another seed\. ") as caught:
        run(tmp_path, seed="2")
    assert (caught.value.place, bool(caught.value.remedy)) == (str(tmp_path / "kept.txt"), True)
    with pytest.raises(UsageError, match=r"begun with another index, seed\. "):
        run(tmp_path, replace(CONFIG, generation="another"))
    assert (tmp_path / "kept.txt").read_text() == before
