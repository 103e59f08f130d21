"""Boxes, names and lists of names, for whatever text a file may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.evaluation.datasets.boxes import read_place
from detector.evaluation.datasets.names import fold, mark_finder
from detector.evaluation.datasets.table import split_boxes

SIZE = (40, 30)
PLAIN = st.text("abcXYZ019éß", min_size=1, max_size=12)
SIGNS = st.text(" _-\t", max_size=3)
BOX = st.tuples(*[st.floats(-100, 100)] * 4)
FORMS = st.sampled_from(["corners", "corner and size", "centre and size in shares"])


@given(st.lists(BOX, max_size=4))
def test_boxes_of_a_cell_are_the_numbers_written_there(boxes):
    cell = "; ".join(" ".join(map(repr, box)) for box in boxes)
    assert [tuple(map(float, one)) for one in split_boxes(cell)] == boxes


def box_or_reason(numbers, form):
    try:
        return read_place(numbers, form, SIZE)[0]
    except ValueError as error:
        return str(error)


@given(st.text("0123456789.-+einfa;, x", max_size=40), FORMS)
def test_whatever_a_cell_holds_gives_a_box_inside_or_a_reason(cell, form):
    for numbers in split_boxes(cell):
        found = box_or_reason(numbers, form)
        if isinstance(found, str):
            assert found.startswith(("bad ", "box "))
        else:
            assert 0 <= found[0] < found[2] <= 40
            assert 0 <= found[1] < found[3] <= 30


@given(st.integers(0, 38), st.integers(0, 28), st.data())
def test_every_form_gives_the_same_box(x0, y0, data):
    x1, y1 = data.draw(st.integers(x0 + 1, 40)), data.draw(st.integers(y0 + 1, 30))
    wide, high = x1 - x0, y1 - y0
    shares = ((x0 + x1) / 80, (y0 + y1) / 60, wide / 40, high / 30)
    box = (x0, y0, x1, y1)
    assert read_place(box, "corners", SIZE)[0] == box
    assert read_place((x0, y0, wide, high), "corner and size", SIZE)[0] == box
    assert read_place(shares, "centre and size in shares", SIZE)[0] == pytest.approx(box)


@given(st.integers(1, 40), st.integers(-60, 60))
def test_a_box_stays_while_half_of_it_is_inside(wide, x0):
    inside = min(40, x0 + wide) - max(0, x0)
    box = (x0, 0, x0 + wide, 30)
    if inside >= wide / 2:
        assert read_place(box, "corners", SIZE)[0] == (max(0, x0), 0, min(40, x0 + wide), 30)
    else:
        with pytest.raises(ValueError, match="outside the picture of 40 x 30"):
            read_place(box, "corners", SIZE)[0]


@given(st.lists(st.tuples(PLAIN, SIGNS), min_size=1, max_size=4), SIGNS)
def test_case_and_signs_do_not_count_in_names(parts, start):
    signed = start + "".join(part + signs for part, signs in parts)
    plain = "".join(part for part, _ in parts)
    assert fold(signed) == fold(plain) == fold(signed.upper()) == fold(fold(signed))
    assert mark_finder([plain])(signed) == plain
    assert mark_finder({plain: "id"})(signed.upper()) == "id"


@given(PLAIN, PLAIN)
def test_other_letters_are_another_name(one, other):
    assert mark_finder([one])(other) == ("" if fold(one) != fold(other) else one)


def test_of_two_marks_called_alike_only_exact_names_are_found():
    find = mark_finder({"A-b": "1", "a b": "2", "ab!": "3"})
    assert [find(name) for name in ("A-b", "a b", "ab", "AB!")] == ["1", "2", "", "3"]
    assert mark_finder({"A-b": "1", "a b": "1"})("ab") == "1"
