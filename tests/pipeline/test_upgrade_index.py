"""An index of an older format, searched after its upgrade."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from detector import Detector, Reading, load_marks
from detector.errors import UsageError
from detector.index.store import ReferenceIndex
from detector.index.view_features import ViewFeatures
from detector.pipeline.import_marks import Imported, import_marks
from detector.pipeline.upgrade_index import upgrade_index
from detector.records import Picture
from detector.settings import AlignmentSettings, KeypointSettings, settings_for_words
from detector.verification import edge_fields
from tests import scenes
from tests.index.synthetic import version_1


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    folder = version_1("drawn", tmp_path_factory.mktemp("old"))
    assert upgrade_index(folder, settings_for_words(False)) == 1
    return folder


def test_an_upgraded_index_finds_its_mark(upgraded):
    with ReferenceIndex.open(upgraded) as index:
        view = index.views[0]
    pose = scenes.pose(60, 70, 320 / max(view.pixels.shape[:2]))
    photo = scenes.laid(scenes.ground(3), view.pixels, pose)
    detector = Detector.open(upgraded, settings=settings_for_words(False))
    listing = detector.inspect(Reading("photo", "ok", pictures=(Picture(photo),)))
    assert listing.findings[0].mark == "oonalu"


def test_a_mark_of_an_upgraded_index_can_be_imported_again(upgraded, tmp_path):
    folder = shutil.copytree(upgraded, tmp_path / "index")
    picture = tmp_path / "ring.png"
    Image.fromarray(scenes.ring()).save(picture)
    assert import_marks(folder, load_marks([picture]), settings_for_words(False)) == Imported(
        described=1
    )
    with ReferenceIndex.open(folder) as index:
        assert [mark.id for mark in index.marks] == ["oonalu", "ring"]


def test_an_index_of_other_settings_is_described_again(tmp_path):
    folder = version_1("synthetic", tmp_path)
    assert upgrade_index(folder, settings_for_words(False)) == 5
    with ReferenceIndex.open(folder) as index:
        assert [mark.id for mark in index.marks] == ["a", "b", "c", "d", "e"]
    with pytest.raises(UsageError, match="already"):
        upgrade_index(folder, settings_for_words(False))


def test_an_index_of_an_older_description_needs_no_pictures(tmp_path):
    picture = tmp_path / "ring.png"
    Image.fromarray(scenes.ring()).save(picture)
    folder = tmp_path / "index"
    settings = settings_for_words(False)
    import_marks(
        folder, load_marks([picture]), replace(settings, sift=KeypointSettings(view_points=90))
    )
    picture.unlink()
    with pytest.raises(UsageError, match="index upgrade"):
        Detector.open(folder, settings=settings)
    assert upgrade_index(folder, settings) == 1
    photo = scenes.laid(scenes.ground(3), scenes.ring(), scenes.pose(60, 70, 0.8))
    found = Detector.open(folder, settings=settings).inspect(
        Reading("photo", "ok", pictures=(Picture(photo),))
    )
    assert found.findings[0].mark == "ring"


def test_edges_that_follow_from_colours_are_those_that_were_stored(upgraded, tmp_path):
    (old,) = (version_1("drawn", tmp_path) / "segments").iterdir()
    stored = np.load(old / "alignment.descriptors.npy").astype(np.float32)
    owners = np.load(old / "alignment.view.npy")
    with ReferenceIndex.open(upgraded) as index:
        kept, table = ViewFeatures(index.references("alignment")), index.view_table
        for row in range(len(table)):
            grid = edge_fields.edge_grid(
                kept[int(table.bases[row])],
                table.size_of(row),
                AlignmentSettings(),
                inverted=bool(table.inverted[row]),
                mirrored=bool(table.mirrored[row]),
            )
            mine = stored[owners == row]
            edges = mine[:, 0] + 1j * mine[:, 1]
            assert np.abs(grid.colours.reshape(-1, 3) - mine[:, 2:]).max() <= 1
            apart = np.linalg.norm(grid.field.ravel() - edges)
            assert apart <= 0.015 * np.linalg.norm(edges)
