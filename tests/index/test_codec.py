from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest

from detector.index.codec import mark_from_line, mark_to_line
from detector.records import Mark, Rights

MARK = Mark("acme", "Acme", rights=Rights("Acme Ltd", (9,), valid_until=date(2031, 5, 4)))


@pytest.mark.parametrize("words", [(), ("Acme",), ("Acme", "Rocket & Co", "Ærø")])
def test_a_mark_is_read_as_it_was_written(words):
    mark = dataclasses.replace(MARK, words=words)
    read, sources = mark_from_line(mark_to_line(mark, ["a.svg", "b.png"]))
    assert dataclasses.asdict(read) == dataclasses.asdict(mark)
    assert sources == ("a.svg", "b.png")


def test_a_mark_without_words_is_written_as_before_there_were_any():
    record = json.loads(mark_to_line(MARK, []))
    assert "words" not in record
    assert mark_from_line(json.dumps(record).encode())[0].words == ()
