from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import IndexMissing, ReferenceIndexError, UsageError
from detector.index.store import (
    Entry,
    ReferenceIndex,
    compact,
    leftovers,
    remove,
    upsert,
    verify,
)
from detector.records import Features, Mark

from .synthetic import contents, entries, entry, plain


def generation(folder: Path) -> str:
    with ReferenceIndex.open(folder) as index:
        return index.generation


def stored(folder: Path) -> dict[str, object]:
    with ReferenceIndex.open(folder) as index:
        return contents(index)


def owned(mark: Mark, owner: str) -> Mark:
    return dataclasses.replace(mark, rights=dataclasses.replace(mark.rights, owner=owner))


def segment_files(folder: Path) -> dict[str, bytes]:
    files = (folder / "segments").glob("*/*")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def segment_count(folder: Path) -> int:
    return len(list((folder / "segments").iterdir()))


@pytest.mark.parametrize("segment_bytes", [1, 1000, 1_000_000])
def test_everything_imported_comes_back(tmp_path: Path, segment_bytes: int) -> None:
    folder = tmp_path / "new" / "index"
    brought = entries("dacb")
    assert upsert(folder, brought, {"describer": "1"}, segment_bytes=segment_bytes) == 4
    with ReferenceIndex.open(folder) as index:
        assert contents(index) == plain(brought)
        assert [mark.id for mark in index.marks] == ["a", "b", "c", "d"]
        assert index.mark("c").rights.registration == brought[2].mark.rights.registration
        assert index.mark("c").id == "c"
        assert index.settings == {"describer": "1"}
        assert index.channels == ("bits", "points", "unit")
    assert verify(folder) == []
    assert leftovers(folder) == []


def test_rows_agree_with_each_other(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abcdef"), segment_bytes=1)
    with ReferenceIndex.open(tmp_path) as index:
        table = index.view_table
        assert table.marks.dtype == np.int32
        assert np.all(np.diff(table.marks) >= 0)
        assert len(index.views) == len(table) == len(set(table.ids.tolist()))
        for row, found in enumerate(index.views):
            assert found.mark == index.marks[table.marks[row]].id
            assert found.content.shape == table.size_of(row)[::-1]
            assert (found.inverted, found.mirrored) == (table.inverted[row], table.mirrored[row])
            assert table.part_of(row) == found.part
        for channel in index.channels:
            references = index.references(channel)
            assert references.view.dtype == np.int32
            assert np.all(np.diff(references.view) >= 0)
            assert len(references.view) == len(references.features)


def test_sequences_slice_and_count_from_the_end(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abc"))
    with ReferenceIndex.open(tmp_path) as index:
        assert [mark.id for mark in index.marks[1:]] == ["b", "c"]
        assert index.marks[-1].id == "c"
        assert index.views[-1].mark == "c"
        with pytest.raises(IndexError):
            index.marks[3]
        with pytest.raises(KeyError):
            index.mark("nobody")


def test_upsert_replaces_only_the_given_marks(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abcde"))
    before = segment_files(tmp_path)
    assert upsert(tmp_path, entries("bf", seed=1)) == 2
    assert stored(tmp_path) == plain([*entries("acde"), *entries("bf", seed=1)])
    after = segment_files(tmp_path)
    assert before.items() <= after.items()
    assert len(after) > len(before)
    assert verify(tmp_path) == []


def test_remove_takes_out_known_marks_only(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abcde"))
    assert remove(tmp_path, ["c", "nobody", "c"]) == 1
    assert stored(tmp_path) == plain(entries("abde"))
    assert remove(tmp_path, ["c"]) == 0
    assert verify(tmp_path) == []


def test_an_index_can_become_empty_and_keeps_its_channels(tmp_path: Path) -> None:
    upsert(tmp_path, entries("ab"))
    assert remove(tmp_path, ["a", "b"]) == 2
    with ReferenceIndex.open(tmp_path) as index:
        assert (len(index.marks), len(index.views)) == (0, 0)
        assert index.references("bits").features.descriptors.shape == (0, 4)
        assert index.references("unit").features.descriptors.dtype == np.float16
    assert segment_files(tmp_path) == {}
    assert list((tmp_path / "ledgers").iterdir()) == []
    compact(tmp_path)
    assert verify(tmp_path) == []
    upsert(tmp_path, entries("c"))
    assert stored(tmp_path) == plain(entries("c"))


def test_an_import_of_nothing_makes_an_empty_index(tmp_path: Path) -> None:
    assert upsert(tmp_path, [], {"a": "b"}) == 0
    with ReferenceIndex.open(tmp_path) as index:
        assert (len(index.marks), index.settings, index.channels) == (0, {"a": "b"}, ())
    compact(tmp_path)
    assert verify(tmp_path) == []


def test_marks_without_views_are_kept(tmp_path: Path) -> None:
    brought = [Entry(Mark("a", "A"), (), ()), *entries("b"), Entry(Mark("c", "C"), (), ())]
    upsert(tmp_path, brought, segment_bytes=1)
    assert stored(tmp_path) == plain(brought)
    compact(tmp_path)
    assert stored(tmp_path) == plain(brought)
    assert verify(tmp_path) == []


def test_compact_changes_no_row_and_no_content(tmp_path: Path) -> None:
    upsert(tmp_path, entries("hgfedcba"), segment_bytes=1)
    remove(tmp_path, ["d"])
    upsert(tmp_path, entries("b", seed=1))
    with ReferenceIndex.open(tmp_path) as before:
        compact(tmp_path)
        with ReferenceIndex.open(tmp_path) as after:
            assert segment_count(tmp_path) == 1
            assert after.generation == before.generation
            assert contents(after) == contents(before)
            assert np.array_equal(after.view_table.ids, before.view_table.ids)
            for name in before.channels:
                assert np.array_equal(after.references(name).view, before.references(name).view)
    assert verify(tmp_path) == []


def test_one_clean_segment_is_read_without_a_copy(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abc"))
    with ReferenceIndex.open(tmp_path) as index:
        features = index.references("bits").features
        for array in (features.labels, features.frames, features.descriptors):
            assert not array.flags.owndata
            assert not array.flags.writeable
            assert isinstance(array.base, np.memmap)


def test_many_segments_are_merged_by_themselves(tmp_path: Path) -> None:
    for name in "abcdefgh":
        upsert(tmp_path, entries(name))
    assert segment_count(tmp_path) == 8
    upsert(tmp_path, entries("i"))
    assert segment_count(tmp_path) == 1
    assert stored(tmp_path) == plain(entries("abcdefghi"))


def test_many_dead_marks_are_merged_away(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abcdefghij"))
    remove(tmp_path, ["a", "b", "c"])
    size = sum(map(len, segment_files(tmp_path).values()))
    remove(tmp_path, ["d"])
    assert sum(map(len, segment_files(tmp_path).values())) < size
    assert stored(tmp_path) == plain(entries("efghij"))
    assert verify(tmp_path) == []


def test_a_generation_depends_on_contents_alone(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    upsert(one, entries("abcd"), {"s": "1"})
    upsert(other, entries("zd", seed=5), {"s": "1"})
    upsert(other, entries("dcba"), segment_bytes=1)
    remove(other, ["z"])
    assert generation(one) == generation(other)
    before = generation(one)
    upsert(one, entries("ab"))
    assert generation(one) == before


def test_a_generation_changes_with_every_content(tmp_path: Path) -> None:
    base = entry("a")
    changed_view = dataclasses.replace(base.views[0], content=~base.views[0].content)
    first = base.features[0]["bits"]
    rows = Features(first.frames, first.descriptors, first.labels + np.int16(1))
    versions = [
        base,
        entry("b"),
        entry("a", seed=1),
        dataclasses.replace(base, mark=owned(base.mark, "Another")),
        dataclasses.replace(base, views=(changed_view, *base.views[1:])),
        dataclasses.replace(base, features=({"bits": rows}, *base.features[1:])),
    ]
    assert len(first) > 0
    found = set()
    for number, version in enumerate(versions):
        upsert(tmp_path / str(number), [version])
        found.add(generation(tmp_path / str(number)))
    upsert(tmp_path / "settings", [base], {"s": "1"})
    found.add(generation(tmp_path / "settings"))
    assert len(found) == len(versions) + 1


def test_entries_are_taken_and_written_one_by_one(tmp_path: Path) -> None:
    seen: list[int] = []

    def slowly() -> Iterator[Entry]:
        for name in "abc":
            seen.append(len(list((tmp_path / "segments").glob("*"))))
            yield entry(name)

    upsert(tmp_path, slowly(), segment_bytes=1)
    assert seen == [0, 1, 2]


def test_a_failing_import_changes_and_leaves_nothing(tmp_path: Path) -> None:
    upsert(tmp_path, entries("ab"))
    before = generation(tmp_path)

    def failing() -> Iterator[Entry]:
        yield from entries("ac", seed=1)
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        upsert(tmp_path, failing(), segment_bytes=1)
    assert generation(tmp_path) == before
    assert leftovers(tmp_path) == []
    assert segment_count(tmp_path) == 1
    assert verify(tmp_path) == []


@pytest.mark.parametrize("segment_bytes", [1, 1_000_000])
def test_a_repeated_mark_is_refused(tmp_path: Path, segment_bytes: int) -> None:
    with pytest.raises(UsageError, match="mark a comes twice"):
        upsert(tmp_path, entries("aba"), segment_bytes=segment_bytes)
    with pytest.raises(IndexMissing):
        ReferenceIndex.open(tmp_path)


def test_wrong_entries_are_refused(tmp_path: Path) -> None:
    good = entry("a")
    one, first = good.features[0]["bits"], good.views[0]
    wrong_features = [
        {"Bits!": one},
        {"bits": Features(one.frames.astype(np.float64), one.descriptors, one.labels)},
        {"bits": Features(one.frames[1:], one.descriptors, one.labels)},
        {"bits": Features(one.frames, one.descriptors.astype(np.int16), one.labels)},
        {"bits": Features(one.frames, one.descriptors, one.labels.astype(np.int32))},
    ]
    assert len(one) > 0
    wrong = [
        dataclasses.replace(good, features=(bad, *good.features[1:])) for bad in wrong_features
    ]
    wrong += [dataclasses.replace(good, features=good.features[1:])]
    for view in (
        dataclasses.replace(first, mark="b"),
        dataclasses.replace(first, pixels=first.pixels[1:]),
        dataclasses.replace(first, pixels=first.pixels[:0], content=first.content[:0]),
        dataclasses.replace(first, content=first.content.astype(np.uint8)),
    ):
        wrong.append(dataclasses.replace(good, views=(view, *good.views[1:])))
    for number, bad in enumerate(wrong):
        with pytest.raises(UsageError):
            upsert(tmp_path / str(number), [bad])


def widened(mark_id: str) -> Entry:
    """An entry whose "bits" have another width than those of other entries."""
    brought = entry(mark_id, views=1)
    one = brought.features[0]["bits"]
    wide = Features(one.frames, np.zeros((len(one), 9), np.uint8), one.labels)
    return dataclasses.replace(brought, features=({"bits": wide},))


def test_descriptors_of_two_widths_do_not_mix(tmp_path: Path) -> None:
    upsert(tmp_path, entries("ab"))
    with pytest.raises(ReferenceIndexError, match="channel bits"):
        upsert(tmp_path, [widened("c")])
    with pytest.raises(UsageError, match="channel bits"):
        upsert(tmp_path, [entry("a"), widened("c")])
    assert stored(tmp_path) == plain(entries("ab"))
    upsert(tmp_path, [widened("a"), widened("b")])
    assert stored(tmp_path) == plain([widened("a"), widened("b")])


def test_marks_described_differently_do_not_mix(tmp_path: Path) -> None:
    upsert(tmp_path, entries("ab"), {"sizes": "1,2"})
    with pytest.raises(ReferenceIndexError, match="other settings"):
        upsert(tmp_path, entries("a"), {"sizes": "1,2,3"})
    upsert(tmp_path, entries("c"))
    upsert(tmp_path, entries("c"), {"sizes": "1,2"})
    with ReferenceIndex.open(tmp_path) as index:
        assert index.settings == {"sizes": "1,2"}
    upsert(tmp_path, entries("abc", seed=1), {"sizes": "1,2,3"})
    with ReferenceIndex.open(tmp_path) as index:
        assert index.settings == {"sizes": "1,2,3"}
        assert contents(index) == plain(entries("abc", seed=1))


def test_an_unknown_channel_is_named(tmp_path: Path) -> None:
    upsert(tmp_path, entries("a"))
    with (
        ReferenceIndex.open(tmp_path) as index,
        pytest.raises(ReferenceIndexError, match="no channel words, only bits, points, unit"),
    ):
        index.references("words")


def test_a_missing_index_says_how_to_make_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        for action in (ReferenceIndex.open, compact, verify, lambda one: remove(one, ["a"])):
            with pytest.raises(IndexMissing, match="detector marks import"):
                action(folder)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "segments").mkdir()
    precious = tmp_path / "segments" / ("0" * 32)
    precious.write_text("precious")
    with pytest.raises(UsageError, match="something else"):
        upsert(tmp_path, entries("a"))
    assert precious.read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(ReferenceIndexError, match="cannot be made"):
        upsert(precious, entries("a"))


def test_a_reader_keeps_the_state_it_opened(tmp_path: Path) -> None:
    upsert(tmp_path, entries("abc"), segment_bytes=1)
    with ReferenceIndex.open(tmp_path) as old:
        upsert(tmp_path, entries("abc", seed=1))
        compact(tmp_path)
        remove(tmp_path, ["a"])
        assert contents(old) == plain(entries("abc"))
        with ReferenceIndex.open(tmp_path) as new:
            assert contents(new) == plain(entries("bc", seed=1))
            assert new.generation != old.generation


def test_a_second_import_heals_a_damaged_file_of_the_same_content(tmp_path: Path) -> None:
    upsert(tmp_path, entries("ab"))
    (blob,) = tmp_path.glob("segments/*/pictures.bin")
    blob.write_bytes(bytes(blob.stat().st_size))
    assert verify(tmp_path) != []
    upsert(tmp_path, entries("ab"))
    assert verify(tmp_path) == []


# Lone surrogates too: file names that are not UTF-8 come as such.
NAMES = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES, st.integers(0, 2)), max_size=4, unique_by=lambda t: t[0]))
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, brought: list[tuple[str, str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    made = []
    for mark_id, name, views in brought:
        one = entry("x", views=views)
        renamed = tuple(dataclasses.replace(v, mark=mark_id, source=name) for v in one.views)
        made.append(Entry(Mark(mark_id, name), renamed, one.features))
    upsert(folder, made, segment_bytes=500)
    assert stored(folder) == plain(made)
    assert verify(folder) == []
