"""Photos are read again for the report, and may do harm then too: each costs its own picture."""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from detector.pictures import worker
from detector.pictures.worker import Part, read_parts
from detector.report.html import write_report

from .scenes import VIEWS


def read_and_tell(request: str) -> list[Part]:
    """Read as the worker does, leave a trace of the process, and crash on `crash.jpg`."""
    path = Path(json.loads(request)["path"])
    (path.parent / f"{path.stem}.process").write_text(str(os.getpid()))
    if path.stem == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    return read_parts(request)


@pytest.fixture
def listings(tmp_path, scene):
    """A found and a clean photo, both of which crash the decoder, with a copy of each beside."""
    found, clean = scene.listings[0], scene.listings[-1]
    moved = []
    for folder, listing in (("found", found), ("clean", clean)):
        for name in ("before", "crash", "later"):
            path = tmp_path / folder / f"{name}.jpg"
            path.parent.mkdir(exist_ok=True)
            shutil.copyfile(listing.path, path)
            moved.append(replace(listing, path=str(path)))
    return moved


def page_of(listings, folder: Path) -> str:
    path = write_report(listings, VIEWS.__getitem__, folder, title="A check", threshold=0.6)
    return path.read_text("utf-8")


def test_a_photo_that_crashes_the_decoder_costs_its_own_picture(listings, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "read_parts", read_and_tell)
    page = page_of(listings, tmp_path)
    assert page.count("<strong>No picture</strong>crashed the decoder.") == 2
    assert page.count('aria-label="Enlarge: the whole photo"') == 2
    assert page.count('class="finding"') == 3
    assert page.count('<li class="item"') == 3


def test_one_process_that_is_not_this_one_reads_all_photos(listings, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "read_parts", read_and_tell)
    page_of([listing for listing in listings if "crash" not in listing.path], tmp_path)
    processes = {path.read_text() for path in tmp_path.glob("*/*.process")}
    assert len(processes) == 1
    assert processes != {str(os.getpid())}


def test_this_process_decodes_nothing(listings, tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a photo is decoded in the parent process")

    monkeypatch.setattr(Image, "open", refuse)
    assert "No picture" not in page_of(listings, tmp_path)
