from __future__ import annotations

import dataclasses
import json
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detector.errors import IndexVersion
from detector.index.codec import (
    mark_from_line,
    mark_to_line,
    picture_from_bytes,
    picture_to_bytes,
)
from detector.records import Mark, Rights

MARK = Mark("acme", "Acme", rights=Rights("Acme Ltd", (9,), valid_until=date(2031, 5, 4)))


@pytest.mark.parametrize("words", [(), ("Acme",), ("Acme", "Rocket & Co", "Ærø")])
def test_a_mark_is_read_as_it_was_written(words):
    mark = dataclasses.replace(MARK, words=words)
    line = mark_to_line(mark)
    assert line.isascii()
    assert b"\n" not in line
    assert dataclasses.asdict(mark_from_line(line)) == dataclasses.asdict(mark)


def test_a_field_that_a_record_lacks_has_its_default():
    read = mark_from_line(b'{"id": "a", "name": "A"}')
    assert dataclasses.asdict(read) == dataclasses.asdict(Mark("a", "A"))


@pytest.mark.parametrize("inside", [(), ("rights",)])
def test_an_unknown_field_is_of_a_newer_version(inside):
    record = json.loads(mark_to_line(MARK))
    (record["rights"] if inside else record)["colour"] = "red"
    with pytest.raises(IndexVersion, match=r"the field colour: .* newer version"):
        mark_from_line(json.dumps(record).encode())


@given(st.data())
def test_a_picture_loses_nothing(data):
    shape = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    pixels = data.draw(arrays(np.uint8, (*shape, 3)))
    content = data.draw(arrays(np.bool_, shape))
    read = picture_from_bytes(picture_to_bytes(pixels, content), shape[::-1])
    assert np.array_equal(read[0], pixels)
    assert np.array_equal(read[1], content)
