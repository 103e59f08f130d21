"""What is told of a dataset before anything is examined."""

from __future__ import annotations

import pytest

from detector.errors import DatasetError
from detector.evaluation.datasets.loader import open_dataset
from detector.evaluation.datasets.overview import check_complete, overview_of
from detector.evaluation.datasets.reasons import REMEDIES, kind_of
from detector.evaluation.records import Dataset, Unusable

from .drawn import draw, write


def dataset_of(folder, rows):
    for name in "abcd":
        draw(folder / f"{name}.png")
    write(folder / "labels.csv", "\n".join(["image,mark,boxes", *rows]))
    return open_dataset(folder, ["acme", "dots"])


ROWS = ["a.png,acme,1 2 9 9", "b.png,no-logo,", "c.png,acme,9 9 5 5", "d.png,zzz,", "x.png,acme,"]


def test_photos_and_labels_are_counted_and_reasons_have_examples_and_remedies(tmp_path):
    overview = overview_of(dataset_of(tmp_path, ROWS), ["acme", "dots"])
    assert overview["photos"] == {
        "read": 4, "labelled": 1, "clean": 1, "left_out": 2, "duplicates": 0,
    }  # fmt: skip
    assert overview["labels"] == {
        "used": 1, "without_place": 0, "not_counted": 0, "not_used": 3,
    }  # fmt: skip
    assert overview["marks_without_photos"] == ["dots"]
    kinds = {row["reason"]: row["count"] for row in overview["not_used"]}
    assert kinds == {"missing file": 1, "box without area": 1, "unknown mark": 1}
    out = {row["reason"]: row["examples"][0]["place"] for row in overview["left_out"]}
    assert out == {"left out: a label of it": "c.png", "left out: only unknown marks": "d.png"}
    assert all(row["remedy"] for row in (*overview["not_used"], *overview["left_out"]))


def test_the_most_frequent_reason_is_first_with_three_examples():
    lines = [Unusable(f"{n}.csv:1", "bad number 'x'") for n in range(5)]
    overview = overview_of(Dataset("d", (), (Unusable("a", "unknown class '1'"), *lines)), [])
    assert [(row["count"], len(row["examples"])) for row in overview["not_used"]] == [
        (5, 3),
        (1, 1),
    ]


def test_a_complete_dataset_passes_and_another_does_not(tmp_path):
    check_complete(dataset_of(tmp_path / "sound", ROWS[:2]))
    with pytest.raises(DatasetError, match="2 photos and 3 labels or lines are not used"):
        check_complete(dataset_of(tmp_path / "other", ROWS))


def test_a_further_column_leaves_nothing_out():
    lines = (Unusable("l.csv:1", "unknown column 'note' is not read"),)
    check_complete(Dataset("d", (), lines))


@pytest.mark.parametrize("kind", REMEDIES)
def test_a_kind_is_found_by_its_words(kind):
    assert kind_of(f"{kind} of something") == kind
