from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from detector.errors import UsageError
from detector.index import import_entry
from detector.index.permanent_ids import permanent_id, view_ids
from detector.index.store import Entry, ReferenceIndex, compact, upsert, verify
from detector.marks.views import derive_views
from detector.records import Mark, View
from tests import scenes

from .synthetic import contents, entries, entry, plain

DRAWN = {
    "emblem": scenes.emblem(),
    "ring": scenes.ring(),
    "both": scenes.emblem_with_word(),
    "pack": scenes.ground(1),
}


def drawn(mark: str) -> Entry:
    views = derive_views(mark, f"{mark}.png", DRAWN[mark])
    return Entry(Mark(mark, mark), views, ({},) * len(views))


def ids_of(folder: Path) -> dict[str, list[int]]:
    with ReferenceIndex.open(folder) as index:
        table = index.view_table
        return {
            mark.id: table.ids[table.marks == row].tolist() for row, mark in enumerate(index.marks)
        }


def test_derived_views_keep_no_picture_and_come_back_bit_by_bit(tmp_path: Path) -> None:
    brought = [drawn(name) for name in DRAWN]
    upsert(tmp_path, brought)
    with ReferenceIndex.open(tmp_path) as index:
        assert contents(index) == plain(brought)
        table = index.view_table
        derived = table.inverted | table.mirrored
        assert np.array_equal(table.bases != np.arange(len(table)), derived)
        assert not derived[table.bases].any()
        assert np.array_equal(table.parts[table.bases], table.parts)
    (offsets,) = tmp_path.glob("segments/*/offsets.npy")
    assert np.array_equal(np.diff(np.load(offsets)) > 0, ~derived)
    assert verify(tmp_path) == []


def test_a_turned_view_that_follows_from_no_other_keeps_its_picture(tmp_path: Path) -> None:
    base = drawn("ring")
    strange = dataclasses.replace(base.views[1], pixels=base.views[1].pixels // 2)
    brought = dataclasses.replace(base, views=(base.views[0], strange), features=({}, {}))
    upsert(tmp_path, [brought])
    with ReferenceIndex.open(tmp_path) as index:
        assert index.view_table.bases.tolist() == [0, 1]
        assert contents(index) == plain([brought])


def test_ids_are_the_same_in_every_index_and_order(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    upsert(one, [drawn("ring"), drawn("both")])
    upsert(other, [drawn("both"), drawn("pack")])
    upsert(other, [drawn("ring")])
    assert ids_of(other).items() >= ids_of(one).items()
    before = ids_of(other)
    compact(other)
    assert ids_of(other) == before
    with ReferenceIndex.open(other) as index:
        assert index.mark_ids.tolist() == [permanent_id(mark.id) for mark in index.marks]
        assert index.mark_ids.dtype == index.view_table.ids.dtype == np.int64
        assert index.mark_ids.min() > 0


def changed(view: View) -> list[View]:
    """The same view, and each way in which it would be another one."""
    pixels = view.pixels.copy()
    pixels[0, 0, 0] ^= 1
    content = view.content.copy()
    content[0, 0] ^= True
    flat = {"pixels": view.pixels.reshape(1, -1, 3), "content": view.content.reshape(1, -1)}
    return [
        view,
        *(
            dataclasses.replace(view, **change)
            for change in (
                {"mark": "another"},
                {"source": "another.png"},
                {"part": "word"},
                {"inverted": True},
                {"mirrored": True},
                {"pixels": pixels},
                {"content": content},
                flat,
            )
        ),
    ]


def test_any_other_view_has_another_id() -> None:
    versions = changed(drawn("ring").views[0])
    assert len({view_ids([view])[0] for view in versions}) == len(versions)


def test_equal_views_of_a_mark_have_ids_of_their_own(tmp_path: Path) -> None:
    view = drawn("ring").views[0]
    upsert(tmp_path, [Entry(Mark("ring", "Ring"), (view, view), ({}, {}))])
    first, second = ids_of(tmp_path)["ring"]
    assert first != second
    assert [first] == view_ids([view])


def test_names_are_told_apart_wherever_they_are_divided() -> None:
    assert permanent_id("a", "b") != permanent_id("ab") != permanent_id("a\0b")
    assert 0 <= permanent_id("\ud800") < 2**63


def test_ids_that_meet_by_chance_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upsert(tmp_path, entries("a"))
    monkeypatch.setattr(import_entry, "view_ids", lambda views: [7] * len(views))
    with pytest.raises(UsageError, match="same permanent id"):
        upsert(tmp_path, [entry("b", views=2)])
    upsert(tmp_path, [entry("b", views=1)])
    with pytest.raises(UsageError, match="same permanent id"):
        upsert(tmp_path, [entry("c", views=1)])
    monkeypatch.setattr(import_entry, "permanent_id", lambda name: 9)
    with pytest.raises(UsageError, match="marks d and c have the same permanent id"):
        upsert(tmp_path, [Entry(Mark(name, name), (), ()) for name in "cd"])
    with ReferenceIndex.open(tmp_path) as index:
        assert [mark.id for mark in index.marks] == ["a", "b"]
