from __future__ import annotations

import io
import json
import signal
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.errors import IndexDamaged, IndexMissing, IndexVersion, UsageError
from detector.index.store import (
    ReferenceIndex,
    compact,
    leftovers,
    remove,
    update_marks,
    upgrade,
    upsert,
    verify,
)

from .synthetic import contents, entries, plain, settings_of, version_1
from .test_crash import finished, importer

SYNTHETIC = [*entries("acd"), *entries("be", seed=1)]


def bytes_of(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_everything_comes_over(tmp_path: Path) -> None:
    folder = version_1("synthetic", tmp_path)
    assert upgrade(folder, settings_of) == 5
    with ReferenceIndex.open(folder) as index:
        assert contents(index) == plain(SYNTHETIC)
        assert index.settings == {"bits": "1", "points": "1", "unit": "1"}
        generation = index.generation
    assert verify(folder) == []
    assert leftovers(folder) == []
    upsert(tmp_path / "new", SYNTHETIC, {"bits": "1", "points": "1", "unit": "1"})
    with ReferenceIndex.open(tmp_path / "new") as index:
        assert index.generation == generation


def test_what_is_derived_now_is_what_was_stored(tmp_path: Path) -> None:
    folder = version_1("drawn", tmp_path)
    (stored,) = (folder / "segments").iterdir()
    old = {path.name: np.load(path) for path in stored.glob("*.npy")}
    blob, offsets = (stored / "pictures.bin").read_bytes(), old["offsets.npy"]
    upgrade(folder, lambda *_: {})
    with ReferenceIndex.open(folder) as index:
        table = index.view_table
        for row, view in enumerate(index.views):
            picture = Image.open(io.BytesIO(blob[offsets[row] : offsets[row + 1]])).convert("RGBA")
            assert np.array_equal(np.asarray(picture)[..., :3], view.pixels)
            assert np.array_equal(np.asarray(picture)[..., 3] > 0, view.content)
        for name in set(index.channels) - {"alignment"}:
            found = index.references(name)
            assert np.array_equal(found.view, old[f"{name}.view.npy"])
            for array in ("frames", "descriptors", "labels"):
                assert np.array_equal(getattr(found.features, array), old[f"{name}.{array}.npy"])
        given = (table.bases == np.arange(len(table)))[old["alignment.view.npy"]]
        colours = index.references("alignment").features.descriptors
        assert np.array_equal(colours, old["alignment.descriptors.npy"][given, 2:])
        assert 0 < len(colours) < len(given)


@pytest.mark.parametrize(
    "action",
    [
        ReferenceIndex.open,
        compact,
        lambda folder: upsert(folder, entries("a")),
        lambda folder: remove(folder, ["a"]),
        lambda folder: update_marks(folder, [SYNTHETIC[0].mark]),
    ],
)
def test_only_the_upgrade_opens_an_older_index(tmp_path: Path, action: object) -> None:
    folder = version_1("synthetic", tmp_path)
    before = bytes_of(folder)
    assert callable(action)
    with pytest.raises(IndexVersion, match=r"version 1, .*Run `detector index upgrade`"):
        action(folder)
    assert "Run `detector index upgrade`" in verify(folder)[0]
    assert bytes_of(folder) == before


def test_an_index_of_this_version_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        upgrade(tmp_path, settings_of)
    upsert(tmp_path, entries("a"))
    before = bytes_of(tmp_path)
    with pytest.raises(UsageError, match="not of an older version"):
        upgrade(tmp_path, settings_of)
    assert bytes_of(tmp_path) == before


def test_other_settings_leave_the_index_as_it_was(tmp_path: Path) -> None:
    folder = version_1("synthetic", tmp_path)
    before = bytes_of(folder)

    def refuse(settings: object, channels: object) -> dict[str, str]:
        raise UsageError("other settings")

    with pytest.raises(UsageError, match="other settings"):
        upgrade(folder, refuse)
    assert bytes_of(folder) == before


def test_damage_of_an_older_index_is_found(tmp_path: Path) -> None:
    with zipfile.ZipFile(Path(__file__).with_name("version_1.zip")) as archive:
        names = [name for name in archive.namelist() if name.startswith("synthetic/segments")]
    folder = version_1("synthetic", tmp_path)
    for name in names:
        path = tmp_path / name
        before = path.read_bytes()
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        with pytest.raises(IndexDamaged, match=path.name):
            upgrade(folder, settings_of)
        path.write_bytes(before)
    assert upgrade(folder, settings_of) == 5


def test_a_killed_upgrade_leaves_the_old_or_the_new_index(tmp_path: Path) -> None:
    events = int(finished(importer(version_1("synthetic", tmp_path / "whole"), "upgrade")))
    versions = set()
    for number, kill_at in enumerate((events // 4, events // 2, events - 40, events - 5)):
        folder = version_1("synthetic", tmp_path / str(number))
        process = importer(folder, "upgrade", kill_at=kill_at)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        version = json.loads((folder / "manifest.json").read_bytes())["version"]
        versions.add(version)
        if version == 1:
            finished(importer(folder, "upgrade"))
        with ReferenceIndex.open(folder) as index:
            assert contents(index) == plain(SYNTHETIC)
        assert verify(folder) == []
    assert versions == {1, 2}
