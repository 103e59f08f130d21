"""What an import describes: marks that are new or have other pictures, and no others."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PIL import Image

from detector import import_marks, load_marks
from detector.errors import MarkError
from detector.index.store import ReferenceIndex, verify
from detector.pipeline import import_marks as importing
from detector.pipeline.import_marks import Imported
from detector.settings import KeypointSettings, Settings, WordSettings
from tests import scenes

SETTINGS = Settings(words=WordSettings(read=False))
MARK = """name = "{name}"
kind = "logo"
owner = "{owner}"
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder of two marks, and the index that they were imported into."""
    home = tmp_path_factory.mktemp("drawn")
    for name, picture in (("shield", scenes.emblem()), ("ring", scenes.ring())):
        (home / "marks" / name).mkdir(parents=True)
        Image.fromarray(picture).save(home / "marks" / name / "front.png")
        write(home / "marks" / name, name)
    import_marks(home / "index", load_marks([home / "marks"]), SETTINGS)
    return home


@pytest.fixture
def home(drawn, tmp_path):
    return shutil.copytree(drawn, tmp_path / "home")


@pytest.fixture
def described(monkeypatch):
    """The ids of marks that are described from now on."""
    ids = []
    describe = importing.describe_mark

    def counted(mark, *rest):
        ids.append(mark.id)
        return describe(mark, *rest)

    monkeypatch.setattr(importing, "describe_mark", counted)
    return ids


def write(folder, name, owner="Owner"):
    (folder / "mark.toml").write_text(MARK.format(name=name.title(), owner=owner))


def again(home, settings=SETTINGS):
    return import_marks(home / "index", load_marks([home / "marks"]), settings)


def generation(home):
    with ReferenceIndex.open(home / "index") as index:
        return index.generation


def test_an_unchanged_folder_is_not_described_again(home, described):
    before = generation(home)
    assert again(home) == Imported(unchanged=2)
    assert described == []
    assert generation(home) == before


def test_an_edited_mark_is_updated_and_not_described(home, described):
    before = generation(home)
    write(home / "marks" / "ring", "ring", owner="Somebody else")
    assert again(home) == Imported(updated=1, unchanged=1)
    assert described == []
    assert generation(home) != before
    with ReferenceIndex.open(home / "index") as index:
        assert index.mark("ring").rights.owner == "Somebody else"
        assert index.mark("shield").rights.owner == "Owner"
    assert verify(home / "index") == []


def test_another_picture_or_another_name_of_it_is_described(home, described):
    front = home / "marks" / "ring" / "front.png"
    Image.fromarray(np.rot90(scenes.ring()).copy()).save(front)
    assert again(home) == Imported(described=1, unchanged=1)
    front.rename(front.with_name("back.png"))
    assert again(home) == Imported(described=1, unchanged=1)
    assert described == ["ring", "ring"]
    with ReferenceIndex.open(home / "index") as index:
        assert {view.source for view in index.views} == {"front.png", "back.png"}
    assert again(home) == Imported(unchanged=2)


def test_a_new_mark_is_described(home, described):
    shutil.copytree(home / "marks" / "ring", home / "marks" / "copy")
    assert again(home).described == 1
    assert described == ["copy"]


def test_other_settings_describe_every_mark(home, described):
    other = Settings(words=WordSettings(read=False), sift=KeypointSettings(view_points=20))
    assert again(home, other) == Imported(described=2)
    assert sorted(described) == ["ring", "shield"]
    assert again(home, other).marks == 2


def test_a_mark_that_cannot_be_described_costs_no_other(home, monkeypatch):
    write(home / "marks" / "ring", "ring", owner="Somebody else")
    (home / "marks" / "shield" / "front.png").rename(home / "marks" / "shield" / "new.png")

    def broken(*_):
        raise ZeroDivisionError("no edges at all")

    monkeypatch.setattr(importing, "describe_mark", broken)
    problems, sources = [], load_marks([home / "marks"])
    imported = import_marks(home / "index", sources, SETTINGS, on_problem=problems.append)
    assert imported == Imported(updated=1, left_out=1)
    assert [str(problem) for problem in problems] == [
        f"{home / 'marks' / 'shield' / 'mark.toml'}: cannot be described (ZeroDivisionError: "
        "no edges at all). Please report it with the pictures."
    ]
    with ReferenceIndex.open(home / "index") as index:
        assert {mark.id for mark in index.marks} == {"shield", "ring"}
        assert {view.source for view in index.views} == {"front.png"}


def test_where_no_mark_is_sound_the_index_stays_as_it_was(home):
    for name in ("ring", "shield"):
        Image.new("RGB", (90, 90), "white").save(home / "marks" / name / "front.png")
    before, problems, sources = generation(home), [], load_marks([home / "marks"])
    with pytest.raises(MarkError, match="no mark has a sound picture"):
        import_marks(home / "index", sources, SETTINGS, on_problem=problems.append)
    assert len(problems) == 2
    assert generation(home) == before


def test_a_picture_that_is_gone_by_then_is_named(home):
    sources = load_marks([home / "marks"])
    (home / "marks" / "ring" / "front.png").unlink()
    before = generation(home)
    with pytest.raises(MarkError, match=r"front\.png: cannot be read"):
        import_marks(home / "index", sources, SETTINGS)
    assert generation(home) == before
