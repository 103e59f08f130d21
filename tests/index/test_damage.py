from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import IndexDamaged, IndexMissing, IndexVersion
from detector.index.manifest import FileInfo, Manifest, read_manifest, write_manifest
from detector.index.store import ReferenceIndex, leftovers, remove, upsert, verify

from .synthetic import contents, entries, entry, plain


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two segments with a dead mark; tests that damage it in place put it right."""
    folder = tmp_path_factory.mktemp("sound")
    upsert(folder, entries("abcd"))
    upsert(folder, entries("be", seed=1))
    assert verify(folder) == []
    return folder


@pytest.fixture
def index(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "index"))


def written(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_found(sound: Path, data: st.DataObject, change: int) -> None:
    path = data.draw(st.sampled_from(written(sound)))
    before = path.read_bytes()
    position = data.draw(st.integers(0, len(before) - 1))
    after = bytearray(before)
    after[position] ^= change
    path.write_bytes(after)
    try:
        problems = verify(sound)
    finally:
        path.write_bytes(before)
    assert len(problems) == 1
    assert path.name in problems[0]


@pytest.mark.filterwarnings("ignore")  # numpy warns about strange headers
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_changed_byte_causes_no_error_but_our_own(sound: Path, data: st.DataObject) -> None:
    """Numbers may change unseen before `verify`; nothing but our own error may come out."""
    manifest = read_manifest(sound)
    path = data.draw(st.sampled_from(written(sound)))
    before = path.read_bytes()
    after = bytearray(before)
    after[data.draw(st.integers(0, min(len(before), 400) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(after)
    try:
        with ReferenceIndex.open(sound) as found:
            assert found.generation == manifest.generation
            for channel in found.channels:
                assert np.all(np.diff(found.references(channel).view) >= 0)
            for read in (found.marks, found.views):
                assert len(list(read)) == len(read)
    except IndexDamaged:
        pass  # the other allowed outcome
    finally:
        path.write_bytes(before)


def test_a_file_cut_short_is_found_at_open(index: Path) -> None:
    assert len(written(index)) > 30
    for path in written(index):
        before = path.read_bytes()
        for kept in (0, len(before) // 2, len(before) - 1):
            path.write_bytes(before[:kept])
            with pytest.raises(IndexDamaged, match="detector index verify"):
                ReferenceIndex.open(index)
            assert verify(index) != []
        path.write_bytes(before)
    ReferenceIndex.open(index).close()


def test_a_lost_file_is_found_at_open(index: Path) -> None:
    for path in written(index):
        before = path.read_bytes()
        path.unlink()
        with pytest.raises(IndexMissing if path.name == "manifest.json" else IndexDamaged):
            ReferenceIndex.open(index)
        path.write_bytes(before)
    shutil.rmtree(next((index / "segments").iterdir()))
    with pytest.raises(IndexDamaged, match="the file is missing"):
        ReferenceIndex.open(index)
    assert "the file is missing" in verify(index)[0]


def test_a_damaged_index_is_not_written_over(index: Path) -> None:
    manifest = index / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:-2])
    before = written(index)
    for write in (lambda: upsert(index, entries("a")), lambda: remove(index, ["a"])):
        with pytest.raises(IndexDamaged):
            write()
    assert written(index) == before


@pytest.mark.parametrize(
    "raw", [b"", b"\xff", b"null", b"[]", b"{}", b'{"checksum": 1}', b"[" * 100_000, b"1e999"]
)
def test_a_manifest_of_something_else_is_damage(index: Path, raw: bytes) -> None:
    (index / "manifest.json").write_bytes(raw)
    with pytest.raises(IndexDamaged):
        ReferenceIndex.open(index)
    assert len(verify(index)) == 1


def sealed(index: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change the manifest and give it a checksum that is right again."""
    import hashlib

    path = index / "manifest.json"
    body = json.loads(path.read_bytes())
    del body["checksum"]
    change(body)
    bare = json.dumps(body, sort_keys=True, indent=1).encode()
    body["checksum"] = hashlib.sha256(bare).hexdigest()
    path.write_text(json.dumps(body, sort_keys=True, indent=1) + "\n")


def test_another_format_version_is_named(index: Path) -> None:
    sealed(index, lambda body: body.update(version=3))
    with pytest.raises(IndexVersion, match=r"version 3, this program uses 2. Use a newer"):
        ReferenceIndex.open(index)
    assert len(verify(index)) == 1
    with pytest.raises(IndexVersion):
        upsert(index, entries("a"))


@pytest.mark.parametrize("name", ["../../elsewhere", "", "A" * 32, 3])
def test_a_sealed_manifest_cannot_point_outside(index: Path, name: object) -> None:
    sealed(index, lambda body: body["segments"][0].update(name=name))
    with pytest.raises(IndexDamaged, match="unexpected content"):
        ReferenceIndex.open(index)


def test_strange_files_are_named(index: Path) -> None:
    segment = next((index / "segments").iterdir())
    strange = [index / "notes.txt", index / "segments" / "old", segment / "extra.npy"]
    for path in strange:
        path.write_bytes(b"")
    problems = verify(index)
    assert len(problems) == 3
    for path in strange:
        assert any(str(path) in problem for problem in problems)


def test_leftovers_are_no_problem_and_go_with_the_next_write(index: Path) -> None:
    orphan = index / "segments" / ("0" * 32)
    orphan.mkdir()
    (orphan / "ids.json").write_bytes(b"[]")
    (index / "staging").mkdir()
    (index / "manifest.json.new").write_bytes(b"{")
    assert len(leftovers(index)) == 3
    assert verify(index) == []
    remove(index, [])
    assert leftovers(index) == []
    assert not orphan.exists()


def forge(index: Path, name: str, values: np.ndarray) -> None:
    """Write other values in the first segment, with checksums that are right again."""
    manifest = read_manifest(index)
    record, *rest = manifest.segments
    path = record.folder(index) / name
    np.save(path, values)
    files = {**record.files, name: FileInfo.of(path)}
    changed = dataclasses.replace(record, files=files)
    write_manifest(index, dataclasses.replace(manifest, segments=(changed, *rest)))


def loaded(index: Path, name: str) -> np.ndarray:
    (path,) = read_manifest(index).segments[0].folder(index).glob(name)
    return np.load(path)


def changed(values: np.ndarray, field: str, row: int, value: int) -> np.ndarray:
    values[field][row] = value
    return values


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("views.npy", lambda a: changed(a, "base", 0, 1), "not like it"),
        ("views.npy", lambda a: changed(a, "base", 0, 99), "an unknown one"),
        ("views.npy", lambda a: changed(a, "id", 0, a["id"][1]), "a view is in the index twice"),
        ("marks.npy", lambda a: changed(a, "id", 0, 7), "the permanent ids"),
        ("marks.npy", lambda a: changed(a, "digest", 0, 7), "not those of generation"),
        ("bits.frames.npy", lambda a: a * np.float32(np.nan), "not finite"),
        ("offsets.npy", lambda a: a + 1, "the offsets of the pictures"),
        ("offsets.npy", lambda a: a[::-1], "the offsets of the pictures"),
        ("views.npy", lambda a: changed(a, "mark", 0, 2), "the views are out of order"),
        ("views.npy", lambda a: changed(a, "mark", -1, 99), "the views are out of order"),
        ("views.npy", lambda a: changed(a, "part", 0, 9), "unknown part"),
        ("views.npy", lambda a: changed(a, "width", 0, 0), "no pixels"),
    ],
)
def test_wrong_values_are_found_behind_right_checksums(
    index: Path, name: str, change: Callable[[np.ndarray], np.ndarray], words: str
) -> None:
    forge(index, name, change(loaded(index, name).copy()))
    problems = verify(index)
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("bits.counts.npy", lambda a: a[1:]),
        ("bits.counts.npy", lambda a: a + np.uint8(1)),
        ("bits.counts.npy", lambda a: a.astype(np.int64)),
        ("bits.frames.npy", lambda a: a[:, :3]),
        ("bits.descriptors.npy", lambda a: a.astype(np.int8)),
        ("bits.labels.npy", lambda a: a.astype(np.int64)),
        ("offsets.npy", lambda a: a[1:]),
        ("views.npy", lambda a: a["mark"].copy()),
        ("marks.npy", lambda a: a[1:]),
    ],
)
def test_wrong_shapes_are_found_at_open(
    index: Path, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    forge(index, name, change(loaded(index, name)))
    with pytest.raises(IndexDamaged, match="cannot be opened"):
        ReferenceIndex.open(index)
    assert len(verify(index)) == 1


def test_an_array_of_python_objects_is_never_unpickled(index: Path) -> None:
    (path,) = read_manifest(index).segments[0].folder(index).glob("bits.labels.npy")
    np.save(path, np.array([print], object), allow_pickle=True)
    manifest = read_manifest(index)
    first = manifest.segments[0]
    files = {**first.files, path.name: FileInfo.of(path)}
    segments = (dataclasses.replace(first, files=files), *manifest.segments[1:])
    write_manifest(index, dataclasses.replace(manifest, segments=segments))
    with pytest.raises(IndexDamaged, match="cannot be opened"):
        ReferenceIndex.open(index)


def test_a_mark_in_two_segments_is_found(index: Path) -> None:
    manifest = read_manifest(index)
    alive = [dataclasses.replace(one, dead=frozenset()) for one in manifest.segments]
    write_manifest(index, dataclasses.replace(manifest, segments=tuple(alive)))
    assert any("a mark is in the index twice" in problem for problem in verify(index))


def test_an_unknown_dead_mark_is_found(index: Path) -> None:
    manifest: Manifest = read_manifest(index)
    first = dataclasses.replace(manifest.segments[0], dead=frozenset({"b", "nobody"}))
    segments = (first, *manifest.segments[1:])
    write_manifest(index, dataclasses.replace(manifest, segments=segments))
    assert any("a dead one is unknown" in problem for problem in verify(index))


def test_a_damaged_picture_or_line_is_an_index_error(index: Path) -> None:
    segment = read_manifest(index).segments[0].folder(index)
    records = read_manifest(index).ledgers[0].folder(index)
    for path in (segment / "pictures.bin", records / "marks.jsonl"):
        path.write_bytes(b"x" * path.stat().st_size)
    with ReferenceIndex.open(index) as found:
        with pytest.raises(IndexDamaged):
            found.view(0)
        with pytest.raises(IndexDamaged):
            found.mark("a")


def test_a_picture_of_another_size_is_not_unpacked(tmp_path: Path) -> None:
    upsert(tmp_path, [entry("a", views=1)])
    values = loaded(tmp_path, "views.npy")
    forge(tmp_path, "views.npy", changed(values.copy(), "width", 0, 5))
    with ReferenceIndex.open(tmp_path) as found, pytest.raises(IndexDamaged, match="not readable"):
        found.view(0)


def test_the_sound_index_was_left_as_it_was(sound: Path) -> None:
    with ReferenceIndex.open(sound) as found:
        assert contents(found) == plain([*entries("acd"), *entries("be", seed=1)])
    assert verify(sound) == []
