"""Words on the command line: asked for, left out, and not installed."""

from __future__ import annotations

import json

import pytest
from PIL import Image, ImageDraw, ImageFont

from detector.channels import ocr
from tests import scenes

from .conftest import detector


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """An index of a mark whose picture shows no word, and a photo of its name alone."""
    folder = tmp_path_factory.mktemp("named")
    Image.fromarray(scenes.emblem()).save(folder / "tidemoor.png")
    done = detector("marks", "import", folder / "tidemoor.png", "--index", folder / "index")
    assert done.exit_code == 0, done.output
    picture = Image.fromarray(scenes.ground(1)).resize((640, 640))
    font = ImageFont.load_default(60)
    ImageDraw.Draw(picture).text((320, 330), "TIDEMOOR", (250, 250, 245), font, anchor="mm")
    picture.save(folder / "photo.png")
    return folder


def scanned(named, *words):
    command = ("scan", named / "photo.png", "--index", named / "index", "--format", "jsonl")
    done = detector(*command, "--jobs", "1", *words)
    return done.exit_code, *map(json.loads, done.stdout.splitlines())


def test_a_name_is_found_when_words_are_read(named):
    status, photo, summary = scanned(named, "--words")
    assert status == 1
    (found,) = photo["findings"]
    assert (found["mark"], found["verdict"]) == ("tidemoor", "same word")
    assert found["evidence"]["words"]["note"] == "the photo reads “TIDEMOOR”, the mark “tidemoor”"
    assert found["evidence"]["words"]["edits"] == 0
    assert summary["words"] is True


def test_and_not_when_they_are_not(named):
    status, photo, summary = scanned(named, "--no-words")
    assert (status, photo["findings"], summary["words"]) == (0, [], False)


def test_a_journal_belongs_to_the_choice(named, tmp_path):
    journal = tmp_path / "a.journal"
    assert scanned(named, "--no-words", "--resume", journal)[0] == 0
    command = ("scan", named / "photo.png", "--index", named / "index", "--resume", journal)
    done = detector(*command, "--words")
    assert done.exit_code == 2
    assert "words" in done.output


@pytest.mark.parametrize("command", ["scan", "check"])
def test_asking_for_words_without_the_extra_names_it(named, monkeypatch, command):
    monkeypatch.setattr(ocr, "PACKAGES", ("a_package_that_is_not_there",))
    asked = (command, named / "photo.png", "--index", named / "index", "--words")
    done = detector(*asked)
    assert done.exit_code == 2
    assert "detector[ocr]" in done.output
    assert detector(*asked[:-1]).exit_code == 0
