from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import UsageError
from detector.records import (
    Evidence,
    Explanation,
    Finding,
    Listing,
    MarkScore,
    Measures,
    Suppressor,
    TextFinding,
)
from detector.serialise.jsonl import listing_from_json, listing_to_json, summary_to_json
from detector.serialise.tally import Tally

from .listings import listings, same

NOTHING = np.zeros((0, 4), np.float32)


def evidence(channel="orb", view=3, measures=None, homography=None, matches=NOTHING):
    return Evidence(channel, view, measures or Measures(), homography, matches)


def finding(score=0.93, pieces=(), name="Norrvik", quad=None, box=(1.0, 2.0, 3.0, 4.0)):
    quad = np.arange(8, dtype=np.float32).reshape(4, 2) if quad is None else quad
    return Finding("norrvik", name, score, "altered copy", box, quad, pieces, "f00d")


def listing(*findings, **changes):
    return replace(Listing("a/b.jpg", "ok", "review", findings=findings), **changes)


def test_line_keeps_the_contract(scene):
    line = json.loads(listing_to_json(scene.listings[0]))
    assert list(line)[:8] == [
        "type",
        "path",
        "status",
        "width",
        "height",
        "decision",
        "findings",
        "seconds",
    ]
    found = line["findings"][0]
    assert line["type"] == "image"
    assert line["digest"] == scene.listings[0].digest
    assert (found["mark"], found["name"], found["score"]) == ("norrvik", "Norrvik", 0.99)
    assert len(found["box"]) == 4
    assert np.shape(found["quad"]) == (4, 2)
    assert list(found["evidence"]) == ["orb", "regions"]
    assert found["evidence"]["orb"]["inliers"] == 44
    assert len(found["evidence"]["orb"]["homography"]) == 9
    assert "distance" not in found["evidence"]["orb"]
    assert found["evidence"]["regions"]["homography"] is None


def test_every_listing_comes_back(scene):
    for before in scene.listings:
        line = listing_to_json(before)
        after = listing_from_json(line)
        assert listing_to_json(after) == line
        assert same(before, after)


@given(listings)
def test_any_listing_comes_back(before):
    line = listing_to_json(before)
    after = listing_from_json(line)
    assert same(before, after)
    assert listing_to_json(after) == line


any_number = st.floats(width=32)


@given(
    st.text(),
    st.text(),
    any_number,
    st.lists(any_number, min_size=8, max_size=8),
    st.lists(any_number, min_size=4, max_size=4),
    any_number,
    st.floats(),
)
def test_any_content_is_one_line_of_strict_json(path, name, score, quad, box, inliers, seconds):
    piece = evidence(
        measures=Measures(inliers=inliers, distance=0.25),
        homography=np.array([*quad, 1.0]).reshape(3, 3),
        matches=np.array([box], np.float32),
    )
    corners = np.array(quad, np.float32).reshape(4, 2)
    before = listing(
        finding(score, (piece,), name, corners, tuple(box)), path=path, seconds=seconds
    )
    line = listing_to_json(before)
    json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert line.isascii()
    assert "\n" not in line
    after = listing_from_json(line)
    assert after.path == path
    assert after.findings[0].name == name
    assert listing_to_json(after) == line


def test_undecodable_path_comes_back():
    path = b"caf\xe9.jpg".decode("utf-8", "surrogateescape")
    assert listing_from_json(listing_to_json(listing(path=path))).path == path


def test_numbers_are_short():
    piece = evidence(
        measures=Measures(agreement=0.123456),
        homography=np.full((3, 3), 1 / 3),
        matches=np.full((100, 4), 7.777, np.float32),
    )
    box = (1.26, -0.04, 3.0, 4.0)
    found = json.loads(listing_to_json(listing(finding(0.987654, (piece,), box=box))))["findings"][
        0
    ]
    assert found["score"] == 0.987654
    assert found["box"] == [1.3, 0.0, 3.0, 4.0]
    assert found["evidence"]["orb"]["agreement"] == 0.1235
    assert found["evidence"]["orb"]["homography"] == [0.3333333] * 9
    assert found["evidence"]["orb"]["matches"] == [[7.8] * 4] * 60


def test_two_pieces_of_one_channel_are_both_kept():
    pieces = (evidence(view=1), evidence(view=2), evidence("regions"), evidence(view=5))
    line = listing_to_json(listing(finding(pieces=pieces)))
    assert list(json.loads(line)["findings"][0]["evidence"]) == ["orb", "orb#2", "regions", "orb#3"]
    back = listing_from_json(line).findings[0].evidence
    assert [(piece.channel, piece.view) for piece in back] == [
        ("orb", 1),
        ("orb", 2),
        ("regions", 3),
        ("orb", 5),
    ]


NAMED = TextFinding(
    "norrvik", "Norrvik", 0.87654321, "title", 4, 11, "Norrvik", "N0rrvik", ("digit",), True,
    hints=("in capitals",), compatible=True,
)  # fmt: skip


def test_what_a_text_says_is_kept():
    written = listing(title="Old N0rrvik mug", description="A mug.", text=(NAMED,))
    line = listing_to_json(written)
    found = json.loads(line)
    assert found["text"] == [
        {
            "mark": "norrvik",
            "name": "Norrvik",
            "score": 0.87654321,
            "field": "title",
            "span": [4, 11],
            "word": "Norrvik",
            "reading": "N0rrvik",
            "changes": ["digit"],
            "authorised": True,
            "expired": False,
            "exact": False,
            "hints": ["in capitals"],
            "compatible": True,
        }
    ]
    assert (found["title"], found["description"]) == ("Old N0rrvik mug", "A mug.")
    after = listing_from_json(line)
    assert after.text == (NAMED,)
    assert (after.title, after.description) == (written.title, written.description)
    assert json.loads(listing_to_json(listing()))["text"] == []


@given(st.text(), st.text(), st.lists(st.text(), max_size=3), st.floats())
def test_any_text_is_one_line_of_strict_json(title, reading, changes, score):
    named = replace(NAMED, reading=reading, changes=tuple(changes), score=score)
    line = listing_to_json(listing(title=title, text=(named,)))
    json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert line.isascii()
    assert "\n" not in line
    after = listing_from_json(line)
    assert (after.title, after.text[0].reading) == (title, reading)
    assert listing_to_json(after) == line


GOOD = listing_to_json(listing(finding(pieces=(evidence(),)), title="a", text=(NAMED,)))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "nonsense",
        "[]",
        "null",
        "{}",
        '{"type":"summary","complete":true}',
        GOOD[:-20],
        GOOD.replace('"ok"', '"fine"'),
        GOOD.replace('"altered copy"', '"copied"'),
        GOOD.replace('"review"', "7"),
        GOOD.replace("[1.0,2.0,3.0,4.0]", "[1.0,2.0]"),
        GOOD.replace('"view":"3"', '"view":"x"'),
        GOOD.replace('"orb":', '"ear":'),
        GOOD.replace('"width":0', '"width":1e999'),
        GOOD.replace('"alterations":[]', '"alterations":["eaten"]'),
        GOOD.replace('"field":"title"', '"field":"footnote"'),
        GOOD.replace('"span":[4,11]', '"span":[4]'),
        "[" * 100_000,
    ],
)
def test_other_lines_are_refused(line):
    with pytest.raises(UsageError, match="not a result line"):
        listing_from_json(line)


def test_every_wrong_line_is_another_than_the_good_one():
    wrong = test_other_lines_are_refused.pytestmark[0].args[1]
    assert GOOD not in wrong


@pytest.mark.parametrize(
    ("line", "version"), [(GOOD.replace(',"schema":4}', "}"), 1), (f"{GOOD[:-2]}3}}", 3)]
)
def test_a_line_of_another_schema_says_so(line, version):
    with pytest.raises(UsageError, match=f"has schema {version}, and only schema 4") as caught:
        listing_from_json(line)
    assert "Scan the photo again" in caught.value.remedy


def test_pictures_of_one_listing_count_once_and_come_back():
    one = Listing("a", "ok", "pass", picture=1, pictures=2, whole_decision="block")
    two = Listing("b", "ok", "block", picture=2, pictures=2, whole_decision="block")
    tally = Tally()
    for picture in (one, two, Listing("c", "ok", "pass")):
        tally.add(picture)
    assert (tally.images, tally.listings) == (3, 2)
    assert tally.decisions == {"pass": 1, "review": 0, "block": 1}
    back = listing_from_json(listing_to_json(two))
    assert (back.picture, back.pictures, back.whole_decision) == (2, 2, "block")


def test_a_decision_can_be_made_again_from_the_line():
    score, odds = 0.1 + 0.2, 1e16 / 3
    rival = Suppressor("ovalo", 2 / 3, odds)
    listed = MarkScore("norrvik", "photo", score, -1 / 3, (1.26, 2.0, 3.0, 4.0), (rival,))
    sign = Explanation("wash-30", 0.1 + 0.6, 1 / 3, odds)
    washed = MarkScore("ovalo", "title", 0.5, explained_by=(sign,), kind="word", compatible=True)
    line = listing_to_json(listing(scores=(listed, washed)))
    assert json.loads(line)["scores"] == [
        {
            "mark": "norrvik",
            "where": "photo",
            "score": score,
            "log_odds": -1 / 3,
            "box": [1.3, 2.0, 3.0, 4.0],
            "suppressed_by": [{"mark": "ovalo", "overlap": 2 / 3, "odds": odds}],
            "excused": False,
            "kind": "logo",
            "explained_by": [],
            "compatible": False,
        },
        {
            "mark": "ovalo",
            "where": "title",
            "score": 0.5,
            "log_odds": None,
            "box": None,
            "suppressed_by": [],
            "excused": False,
            "kind": "word",
            "explained_by": [
                {"mark": "wash-30", "inside": 0.1 + 0.6, "agreement": 0.3333, "odds": odds}
            ],
            "compatible": True,
        },
    ]


def test_the_id_of_a_view_is_text():
    line = listing_to_json(listing(finding(pieces=(evidence(view=2**63 - 1),))))
    assert json.loads(line)["findings"][0]["evidence"]["orb"]["view"] == "9223372036854775807"
    assert listing_from_json(line).findings[0].evidence[0].view == 2**63 - 1


def test_every_place_of_a_mark_counts():
    tally = Tally()
    tally.add(listing(finding(), replace(finding(), instance=2)))
    assert (tally.found, tally.findings, tally.marks["norrvik"]) == (1, 2, 2)


@given(st.text(alphabet='{}[]":,0123456789abc\\', max_size=60))
def test_no_text_raises_anything_else(text):
    with pytest.raises(UsageError):
        listing_from_json(text)


def test_summary_counts(scene):
    tally = Tally()
    for scanned in scene.listings:
        tally.add(scanned)
    line = json.loads(summary_to_json(tally, index="3f9c", threshold=0.6, words=True))
    assert line == {
        "type": "summary",
        "complete": True,
        "images": 13,
        "listings": 13,
        "statuses": {"ok": 11, "partial": 1, "refused": 1, "error": 0, "skipped": 0},
        "decisions": {"pass": 5, "review": 5, "block": 3},
        "findings": 8,
        "frequent_alarms": [],
        "index": "3f9c",
        "threshold": 0.6,
        "words": True,
        "schema": 4,
    }
    assert tally.unexamined == 2
    assert tally.found == 7
    assert tally.marks == {"norrvik": 3, "ovalo": 3, "fenn-tea": 2}
    assert json.loads(summary_to_json(Tally(), complete=False))["complete"] is False
