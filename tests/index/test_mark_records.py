from __future__ import annotations

import dataclasses
import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from detector.errors import IndexDamaged, IndexMissing, IndexVersion, UsageError
from detector.index import codec
from detector.index.manifest import read_manifest
from detector.index.store import (
    Entry,
    ReferenceIndex,
    compact,
    leftovers,
    remove,
    update_marks,
    upsert,
    verify,
)
from detector.jobs.index_check import check_index
from detector.records import Mark, Rights

from .synthetic import contents, entries, plain

RIGHTS = Rights("New owner", (3,), valid_until=date(2040, 1, 2), authorised_sellers=("friend",))


def edited(entry: Entry, owner: str = "New owner") -> Entry:
    rights = dataclasses.replace(RIGHTS, owner=owner)
    mark = dataclasses.replace(entry.mark, name="Renamed", words=("new",), rights=rights)
    return dataclasses.replace(entry, mark=mark)


def state(folder: Path) -> tuple[dict[str, object], str]:
    with ReferenceIndex.open(folder) as index:
        return contents(index), index.generation


def segment_files(folder: Path) -> dict[Path, tuple[int, int]]:
    """Inode and time of every file of a segment: a file that is written anew has others."""
    files = sorted((folder / "segments").glob("*/*"))
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def test_an_edited_record_touches_no_feature(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abc"))
    files, (_, before) = segment_files(tmp_path), state(tmp_path)
    brought = [edited(entry) if entry.mark.id == "b" else entry for entry in entries("abc")]
    assert update_marks(tmp_path, [brought[1].mark]) == 1
    assert segment_files(tmp_path) == files
    found, after = state(tmp_path)
    assert found == plain(brought)
    assert after != before
    assert verify(tmp_path) == []
    assert leftovers(tmp_path) == []


def test_the_same_contents_have_the_same_generation_however_they_came(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    upsert(one, entries("abc"))
    upsert(other, [edited(entry, "Somebody") for entry in entries("abc")])
    update_marks(other, [entry.mark for entry in entries("abc")])
    assert state(one) == state(other)
    compact(other)
    assert state(one) == state(other)
    update_marks(one, [edited(entry).mark for entry in entries("a")])
    assert state(one) != state(other)


def test_the_newest_record_counts_however_many_there_are(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abc"))
    for number in range(20):
        update_marks(tmp_path, [edited(entries("b")[0], f"owner {number}").mark])
        with ReferenceIndex.open(tmp_path) as index:
            assert index.mark("b").rights.owner == f"owner {number}"
            assert index.mark("a").rights.owner == "Owner"
    assert len(list((tmp_path / "ledgers").iterdir())) <= 8
    assert len(list((tmp_path / "segments").iterdir())) == 1
    assert verify(tmp_path) == []


def test_entries_and_bare_marks_come_in_one_import(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abc"))
    new, old = entries("cd", seed=1), edited(entries("a")[0])
    assert upsert(tmp_path, [old.mark, *new], segment_bytes=1) == 3
    assert state(tmp_path)[0] == plain([old, *entries("b"), *new])
    assert verify(tmp_path) == []


def test_a_mark_that_is_not_there_cannot_be_updated(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        update_marks(tmp_path / "none", [Mark("a", "A")])
    assert not (tmp_path / "none").exists()
    upsert(tmp_path, entries("ab"))
    remove(tmp_path, ["b"])
    before = (tmp_path / "manifest.json").read_bytes()
    with pytest.raises(UsageError, match="no mark b, nobody"):
        update_marks(tmp_path, [Mark("a", "A"), Mark("b", "B"), Mark("nobody", "N")])
    with pytest.raises(UsageError, match="mark a comes twice"):
        update_marks(tmp_path, [Mark("a", "A"), Mark("a", "A")])
    assert (tmp_path / "manifest.json").read_bytes() == before
    assert leftovers(tmp_path) == []


def test_a_removed_mark_leaves_no_record_once_it_is_merged_away(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abcd"))
    remove(tmp_path, ["d"])
    compact(tmp_path)
    (records,) = (tmp_path / "ledgers").iterdir()
    assert b"Name of d" not in (records / "marks.jsonl").read_bytes()
    assert state(tmp_path)[0] == plain(entries("abc"))


def test_an_origin_is_kept_through_merging(tmp_path: Path) -> None:
    origin = sha256(b"pictures").digest()
    upsert(tmp_path, [dataclasses.replace(entry, origin=origin) for entry in entries("b")])
    upsert(tmp_path, entries("ac"))
    for _ in range(2):
        with ReferenceIndex.open(tmp_path) as index:
            assert [index.origin(mark) for mark in ("a", "b", "nobody")] == [b"", origin, b""]
        compact(tmp_path)
    with pytest.raises(UsageError, match="origin"):
        upsert(tmp_path, [dataclasses.replace(entries("a")[0], origin=b"short")])


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index with a record that a newer version wrote: with one field more."""
    line = codec.mark_to_line(entries("a")[0].mark)
    more = json.dumps({**json.loads(line), "colours": ["red"]}).encode()
    with monkeypatch.context() as patch:
        patch.setattr("detector.index.import_entry.mark_to_line", lambda _: more)
        upsert(tmp_path, entries("a"))
    return tmp_path


def test_a_newer_field_is_told_as_such(newer: Path) -> None:
    with (
        ReferenceIndex.open(newer) as index,
        pytest.raises(IndexVersion, match=r"marks.jsonl: .*field colours.*newer version"),
    ):
        index.mark("a")
    (problem,) = verify(newer)
    assert "newer version" in problem
    with ReferenceIndex.open(newer) as index, pytest.raises(IndexVersion, match="newer version"):
        check_index(newer, index.generation, thorough=True)  # as a scan asks when a worker fails


def test_a_damaged_record_is_damage(newer: Path) -> None:
    (path,) = newer.glob("ledgers/*/marks.jsonl")
    path.write_bytes(path.read_bytes().replace(b"colours", b"colourz"))
    with ReferenceIndex.open(newer) as index, pytest.raises(IndexDamaged, match="line 1"):
        index.mark("a")


@pytest.mark.parametrize("where", ["", "segments", "ledgers", "channels"])
def test_a_newer_field_of_the_manifest_is_told_as_such(tmp_path: Path, where: str) -> None:
    upsert(tmp_path, entries("a"))
    path = tmp_path / "manifest.json"
    body = json.loads(path.read_bytes())
    del body["checksum"]
    inside = body[where] if where else body
    place = inside[0] if isinstance(inside, list) else inside.get("bits", inside)
    place["shard"] = 1
    bare = json.dumps(body, sort_keys=True, indent=1).encode()
    body["checksum"] = sha256(bare).hexdigest()
    path.write_text(json.dumps(body, sort_keys=True, indent=1) + "\n")
    with pytest.raises(IndexVersion, match=r"manifest.json: .*field shard.*newer version"):
        ReferenceIndex.open(tmp_path)
    with pytest.raises(IndexVersion):
        upsert(tmp_path, entries("b"))


def test_a_mark_without_a_record_is_found(tmp_path: Path) -> None:
    from detector.index.manifest import write_manifest

    upsert(tmp_path, entries("ab"))
    write_manifest(tmp_path, dataclasses.replace(read_manifest(tmp_path), ledgers=()))
    assert any("there is no record of a mark" in problem for problem in verify(tmp_path))
    with ReferenceIndex.open(tmp_path) as index, pytest.raises(IndexDamaged, match="no record"):
        index.mark("a")


def test_what_is_zero_everywhere_is_not_stored(tmp_path: Path) -> None:
    bare = []
    for entry in entries("abc"):
        tables = [
            {
                name: dataclasses.replace(
                    table, frames=np.zeros_like(table.frames), labels=np.zeros_like(table.labels)
                )
                for name, table in view.items()
            }
            for view in entry.features
        ]
        bare.append(dataclasses.replace(entry, features=tuple(tables)))
    upsert(tmp_path, bare)
    names = {path.name for path in tmp_path.glob("segments/*/bits.*")}
    assert names == {"bits.counts.npy", "bits.descriptors.npy"}
    assert state(tmp_path)[0] == plain(bare)
    upsert(tmp_path, entries("d"))
    compact(tmp_path)
    assert state(tmp_path)[0] == plain([*bare, *entries("d")])
    assert verify(tmp_path) == []
