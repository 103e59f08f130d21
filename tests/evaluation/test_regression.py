"""A result beside an older one."""

from __future__ import annotations

import pytest

from detector.errors import UsageError
from detector.evaluation.regression import SCHEMA, changes


def result(top1, recalled=None, start=0):
    recalled = top1 if recalled is None else recalled
    photos = [
        {"path": f"{start + n}.jpg", "marks": ["a"], "top1": first, "recalled": found}
        for n, (first, found) in enumerate(zip(top1, recalled, strict=True))
    ]
    clean = {"path": "clean.jpg", "marks": [], "top1": False, "recalled": False}
    return {"schema": SCHEMA, "photos": [*photos, clean]}


def test_the_same_result_has_not_changed():
    same = result([True] * 8 + [False] * 2)
    for one in changes(same, same):
        assert (one.then, one.now, one.better, one.worse, one.regressed) == (0.8, 0.8, 0, 0, False)
        assert one.p == 1


def test_a_fall_beyond_the_bound_is_a_regression_and_a_small_one_is_not():
    old = result([True] * 100)
    slight, deep = result([True] * 99 + [False]), result([True] * 90 + [False] * 10)
    assert not any(one.regressed for one in changes(old, slight, within=0.02))
    assert all(one.regressed for one in changes(old, deep, within=0.02))
    (first, _) = changes(old, deep)
    assert (first.worse, first.better) == (10, 0)
    assert first.p == pytest.approx(2 / 2**10)
    assert "REGRESSION" in first.line()


def test_a_rise_is_no_regression():
    better = changes(result([False] * 10), result([True] * 10))
    assert [(one.better, one.regressed) for one in better] == [(10, False)] * 2


def test_only_photos_of_both_runs_count():
    found = changes(result([True] * 4), result([False] * 4, start=2))
    assert {one.photos for one in found} == {2}


def test_nothing_in_common_and_other_versions_are_refused():
    with pytest.raises(UsageError, match="no photo in common"):
        changes({"schema": SCHEMA, "photos": []}, result([True]))
    with pytest.raises(UsageError, match="not one of this version"):
        changes({"photos": []}, result([True]))
