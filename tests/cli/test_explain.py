"""`detector explain`: why a mark was found or not."""

from __future__ import annotations

import json

from .conftest import detector


def test_a_found_mark_is_explained_in_words(shop):
    told = detector("explain", shop.copy, "--mark", "norrvik", "--index", shop.index)
    assert told.exit_code == 1, told.output
    assert told.stdout.startswith("norrvik: found. Its best place, proposed by ")
    for column in ("best rank", "measures of the best", "adds to the log-odds"):
        assert column in told.stdout


def test_the_threshold_may_be_given(shop):
    options = ("--mark", "norrvik", "--index", shop.index, "--threshold", "1")
    told = detector("explain", shop.copy, *options)
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("norrvik: below the threshold. ")
    assert "the threshold is 1.0000." in told.stdout


def test_an_unknown_mark_is_not_in_the_index(shop):
    told = detector("explain", shop.copy, "--mark", "nobody", "--index", shop.index)
    assert told.exit_code == 0, told.output
    assert told.stdout == "nobody: not in the index. List the marks with: detector marks list\n"


def test_it_is_explained_in_json(shop):
    told = detector("explain", shop.clean, "--mark", "norrvik", "--index", shop.index, "--json")
    assert told.exit_code == 0, told.output
    value = json.loads(told.stdout)
    assert value["path"] == str(shop.clean)
    assert (value["status"], value["mark"]) == ("ok", "norrvik")
    assert value["gate"] in ("not proposed", "not checked", "below the threshold")
    assert {channel["channel"] for channel in value["channels"]} >= {"sift", "embedding"}


def test_a_photo_that_cannot_be_read_is_status_2(shop, tmp_path):
    (tmp_path / "bad.jpg").write_bytes(b"nothing")
    told = detector("explain", tmp_path / "bad.jpg", "--mark", "norrvik", "--index", shop.index)
    assert told.exit_code == 2
    assert "bad.jpg: error." in told.stdout
    assert "norrvik: not proposed." in told.stdout
