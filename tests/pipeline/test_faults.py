"""A fault in one candidate costs no other its result."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detector.pipeline.faults import isolated


def halves(batch):
    """Fails for the whole batch if one number is odd."""
    if any(number % 2 for number in batch):
        raise ZeroDivisionError
    return [number // 2 for number in batch]


@given(st.lists(st.integers(0, 50)))
def test_every_item_has_its_result_in_order(numbers):
    faults = []
    found = isolated(halves, numbers, lambda number, error: faults.append((number, error)))
    assert found == [None if number % 2 else number // 2 for number in numbers]
    assert [number for number, _ in faults] == [number for number in numbers if number % 2]


def test_a_batch_without_a_fault_is_one_call():
    calls = []
    found = isolated(lambda batch: calls.append(1) or list(batch), [1, 2, 3], lambda *_: None)
    assert (found, len(calls)) == ([1, 2, 3], 1)
