"""A result beside an older one."""

from __future__ import annotations

import pytest

from detector.errors import UsageError
from detector.evaluation.regression import SCHEMA, compare_results


def photo(path, first=True, scores=None, alarm=None, **more):
    marks = sorted(scores or ())
    told = {"path": path, "digest": "x", "status": "ok", "marks": marks, "top1": first}
    return told | {"scores": scores or {}, "alarm": alarm} | more


def result(found, start=0, clean=(0.0,)):
    photos = [
        photo(f"{start + n}.jpg", hit, {"a": 5.0 if hit else -5.0}) for n, hit in enumerate(found)
    ]
    return of(*photos, *(photo(f"clean-{n}.jpg", alarm=one) for n, one in enumerate(clean)))


def of(*photos):
    return {"schema": SCHEMA, "photos": [*photos], "dataset": {"marks": ["a"]}}


def changes(old, new, **options):
    return compare_results(old, new, **options).changes


def test_the_same_result_has_not_changed():
    same = result([True] * 8 + [False] * 2)
    found = compare_results(same, same)
    assert len(found.changes) == 3
    for one in found.changes:
        assert (one.then, one.now, one.better, one.worse, one.regressed) == (0.8, 0.8, 0, 0, False)
        assert one.p == 1
    assert found.notes == ("recall: at the threshold of 1 clean photos of both runs",)
    assert found.refused == ""


def test_a_fall_beyond_the_bound_is_a_regression_and_a_small_one_is_not():
    old = result([True] * 100)
    slight, deep = result([True] * 99 + [False]), result([True] * 90 + [False] * 10)
    assert not any(one.regressed for one in changes(old, slight, within=0.02))
    assert all(one.regressed for one in changes(old, deep, within=0.02))
    first = changes(old, deep)[0]
    assert (first.worse, first.better) == (10, 0)
    assert first.p == pytest.approx(2 / 2**10)
    assert "REGRESSION" in first.line()


def test_a_rise_is_no_regression():
    better = changes(result([False] * 10), result([True] * 10))
    assert [(one.better, one.regressed) for one in better] == [(10, False)] * 3


def test_one_of_two_marks_lost_in_every_photo_is_seen():
    clean = photo("clean.jpg", alarm=0.0)
    old = of(*(photo(f"{n}.jpg", scores={"a": 5.0, "b": 4.0}) for n in range(4)), clean)
    new = of(*(photo(f"{n}.jpg", scores={"a": 5.0, "b": None}) for n in range(4)), clean)
    top1, by_mark, by_photo = changes(old, new)
    assert (top1.now, by_photo.now) == (1, 1)
    assert (by_mark.then, by_mark.now, by_mark.cases, by_mark.regressed) == (1, 0.5, 8, True)
    assert "on 8 marks in photos; 0 better, 4 worse" in by_mark.line()


def test_recall_is_at_the_threshold_of_the_clean_photos_of_both_runs():
    """A clean photo that only one run has must not make a regression."""
    old, new = result([True] * 4), result([True] * 4, clean=(0.0, 9.0))
    assert not any(one.regressed for one in changes(old, new))
    assert any(one.regressed for one in changes(old, result([True] * 4, clean=(9.0,))))


def test_without_clean_photos_recall_is_not_compared():
    bare = result([True] * 4, clean=())
    found = compare_results(bare, bare)
    assert [one.figure for one in found.changes] == ["top-1"]
    assert found.notes == ("recall: not measured, no clean photo was examined",)
    assert found.refused == ""


@pytest.mark.parametrize("swapped", [False, True])
def test_recall_that_one_run_lacks_is_refused(swapped):
    pair = [result([True] * 4), result([True] * 4, clean=())]
    found = compare_results(*(pair[::-1] if swapped else pair))
    assert "recall cannot be compared" in found.refused
    assert [one.figure for one in found.changes] == ["top-1"]


def test_a_clean_photo_that_was_not_read_says_nothing():
    torn = of(photo("0.jpg", scores={"a": 5.0}), photo("clean-0.jpg", status="error"))
    assert "recall cannot be compared" in compare_results(result([True]), torn).refused


def test_only_photos_of_both_runs_count():
    found = compare_results(result([True] * 4), result([False] * 4, start=2))
    assert {one.cases for one in found.changes} == {2}
    assert found.notes[0] == "not compared: 4 photos are in one of the results alone"


def test_photos_with_other_bytes_or_labels_are_told_and_not_compared():
    clean, same = photo("clean.jpg", alarm=0.0), photo("0.jpg", scores={"a": 5.0})
    old = of(clean, same, photo("1.jpg", scores={"a": 5.0}), photo("2.jpg", scores={"a": 5.0}))
    bytes_, labels = photo("1.jpg", False, {"a": 0.0}, digest="y"), photo("2.jpg", scores={"b": 0})
    found = compare_results(old, of(clean, same, bytes_, labels))
    assert {one.cases for one in found.changes} == {1}
    assert found.notes[:2] == (
        "not compared: 1 photos have other bytes now",
        "not compared: 1 photos have other labels now",
    )


def test_another_number_of_marks_is_told():
    more = {**result([True]), "dataset": {"marks": ["a", "b"]}}
    assert "the index had 1 marks then, 2 now" in compare_results(result([True]), more).notes


def test_nothing_in_common_and_other_versions_are_refused():
    with pytest.raises(UsageError, match="no labelled photo in common"):
        compare_results({"schema": SCHEMA, "photos": []}, result([True]))
    with pytest.raises(UsageError, match="not one of this version"):
        compare_results({"photos": []}, result([True]))
