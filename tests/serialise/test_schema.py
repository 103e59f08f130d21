"""The published schema: it is that of the code, and every line that is written fits it."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import get_args

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from detector.cli.printing import printer
from detector.records import Listing, MarkScore, Status, Suppressor, TextFinding
from detector.serialise.jsonl import listing_to_json, summary_to_json
from detector.serialise.schema import line_schema
from detector.serialise.tally import Tally
from tools import write_schema

from .listings import listings

VALIDATOR = Draft202012Validator(json.loads(write_schema.FILE.read_text(encoding="utf-8")))
NAMED = TextFinding("norrvik", "Norrvik", 0.9, "title", 0, 7, "Norrvik", "Norrvik", exact=True)


def fits(line: str) -> bool:
    return VALIDATOR.is_valid(json.loads(line))


def test_the_published_file_is_the_schema_of_the_code():
    assert write_schema.FILE.read_text(encoding="utf-8") == write_schema.text(), (
        "run: python tools/write_schema.py"
    )


def test_it_is_a_schema_and_names_no_host():
    Draft202012Validator.check_schema(line_schema())
    assert line_schema()["$id"] == "urn:detector:listing:4"


def test_the_listings_of_a_scan_fit(scene):
    assert all(fits(listing_to_json(listing)) for listing in scene.listings)


@pytest.mark.parametrize("status", get_args(Status))
def test_a_photo_of_any_status_fits(status):
    assert fits(listing_to_json(Listing("a.jpg", status, "review", "cut short")))


@given(listings)
def test_any_listing_fits(listing):
    assert fits(listing_to_json(listing))


@pytest.mark.parametrize("interrupted", [False, True])
def test_what_a_scan_prints_fits(scene, capsys, interrupted):
    tally, order = Tally(), SimpleNamespace(generation="3f9c", threshold=0.6, words=True)
    try:
        with printer("jsonl", tally, order) as write:
            for listing in scene.listings:
                tally.add(listing)
                write(listing)
            if interrupted:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert interrupted
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(scene.listings) + 1
    assert all(fits(line) for line in lines)
    assert json.loads(lines[-1])["complete"] is not interrupted


def test_a_summary_without_a_threshold_fits():
    assert fits(summary_to_json(Tally(), complete=False))


@pytest.fixture(scope="module")
def image(scene) -> dict:
    rival = Suppressor("ovalo", 0.9, 60.0)
    score = MarkScore("norrvik", "photo", 0.9, 2.2, (1.0, 2.0, 3.0, 4.0), (rival,))
    full = replace(scene.listings[0], text=(NAMED,), title="Norrvik mug", scores=(score,))
    return json.loads(listing_to_json(full))


def objects(value):
    """Every object in a value, the value included."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from objects(inner)


OPTIONAL = {"note", "inliers", "agreement", "coverage", "unexplained", "likeness", "colour"}
OPTIONAL |= {"distance", "orb", "regions"}


def test_a_missing_or_another_key_does_not_fit(image):
    assert VALIDATOR.is_valid(image)
    for inner in objects(image):
        for key in [key for key in inner if key not in OPTIONAL]:
            value = inner.pop(key)
            assert not VALIDATOR.is_valid(image), key
            inner[key] = value
        inner["another"] = 1
        assert not VALIDATOR.is_valid(image), list(inner)
        del inner["another"]
    assert VALIDATOR.is_valid(image)


def test_a_value_of_another_type_does_not_fit(image):
    for inner in objects(image):
        for key, value in inner.items():
            inner[key] = 7 if isinstance(value, str | bool | list | dict) else "7"
            assert not VALIDATOR.is_valid(image), key
            inner[key] = value
    assert VALIDATOR.is_valid(image)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "fine"),
        ("decision", "perhaps"),
        ("classes", [0, 46]),
        ("schema", 1),
        ("width", -1),
    ],
)
def test_a_value_out_of_its_range_does_not_fit(image, key, value):
    assert not VALIDATOR.is_valid({**image, key: value})


@pytest.mark.parametrize("key", ["complete", "images", "statuses", "words", "schema"])
def test_a_summary_lacks_nothing(key):
    summary = json.loads(summary_to_json(Tally()))
    del summary[key]
    assert not VALIDATOR.is_valid(summary)


def test_the_example_of_the_documents_fits():
    page = write_schema.FILE.with_name("report.md").read_text(encoding="utf-8")
    example = page.partition("```json\n")[2].partition("```")[0]
    joined = example.replace('[0.77,"..."]', "[1,0,0,0,1,0,0,0,1]").replace("\n ", " ")
    image, summary = joined.splitlines()
    assert fits(image)
    assert fits(summary)
