"""python-threatexchange: its own loader, command and interfaces with our extension."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from threatexchange.cli.main import inner_main
from threatexchange.content_type.photo import PhotoContent
from threatexchange.content_type.text import TextContent
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest
from threatexchange.interface_validation import SignalTypeMapping

from detector.errors import UsageError
from detector.integrations.threatexchange import INDEX_VARIABLE, MarkClassifier, MarkSignal
from detector.marks.registry import load_marks
from detector.pipeline.import_marks import import_marks
from tests import scenes

MODULE = "detector.integrations.threatexchange"
SIGNS = {"vornak": scenes.emblem, "ring": scenes.ring}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("threatexchange")
    for name, sign in SIGNS.items():
        Image.fromarray(sign()).save(folder / f"{name}.png")
    import_marks(folder / "index", load_marks(sorted(folder.glob("*.png"))))
    return folder / "index"


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`vornak.png` shows one mark, `both.png` two, `clean.png` none, `broken.png` is no picture."""
    folder = tmp_path_factory.mktemp("photos")
    scene = scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(90, 70, 0.8))
    Image.fromarray(scene).save(folder / "vornak.png")
    Image.fromarray(scenes.ground(1)).save(folder / "clean.png")
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


@pytest.fixture(autouse=True)
def named(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INDEX_VARIABLE, str(index))


@pytest.fixture(scope="module")
def classifier(index: Path):
    return MarkClassifier(index)


def test_a_photo_is_labelled_with_the_marks_that_it_shows(classifier, photos: Path) -> None:
    result = classifier.classify(PhotoContent, str(photos / "vornak.png"))
    assert result.has_match
    assert result.positive_labels.keys() == {"vornak"}
    assert 0.5 < result.positive_labels["vornak"].score <= 1
    assert str(result).startswith("vornak(")


def test_a_clean_photo_has_no_label(classifier, photos: Path) -> None:
    result = classifier.classify(PhotoContent, str(photos / "clean.png"))
    assert not result.has_match
    assert str(result) == "None"


@pytest.mark.parametrize("name", ["broken.png", "missing.png"])
def test_what_could_not_be_examined_is_never_clean(classifier, photos: Path, name: str) -> None:
    with pytest.raises(UsageError):
        classifier.classify(PhotoContent, str(photos / name))
    with pytest.raises(UsageError):
        MarkSignal.hash_from_file(photos / name)


def test_other_content_is_refused(classifier) -> None:
    with pytest.raises(UsageError, match="text"):
        classifier.classify(TextContent, "hello")


def test_the_interface_is_that_of_the_package(photos: Path) -> None:
    assert MarkClassifier.get_name() == "mark"
    assert MarkClassifier.get_content_types() == [PhotoContent]
    opened = MarkClassifier.get_with_default_settings()
    assert opened.classify(PhotoContent, str(photos / "vornak.png")).has_match


def test_signals_match_where_a_mark_is_common() -> None:
    photo = "vornak:3 ring:120"
    for signal, distance in (("ring", 120), ("vornak", 3), ("ring:200", 200), (photo, 3)):
        found = MarkSignal.compare_hash(signal, photo)
        assert (found.match, found.distance.pretty_str()) == (True, str(distance))
    assert not MarkSignal.compare_hash("rin", photo).match
    assert not MarkSignal.compare_hash("ring", "").match


def test_an_index_finds_the_entries_of_the_marks_that_a_photo_shows() -> None:
    index = MarkSignal.get_index_cls().build([("vornak", "first"), ("ring", "second"), ("x", "z")])
    assert {match.metadata for match in index.query("ring:7 vornak:3")} == {"first", "second"}
    assert index.query("") == []


def test_the_packages_loader_takes_the_extension() -> None:
    manifest = ThreatExchangeExtensionManifest.load_from_module_name(MODULE)
    mapping = SignalTypeMapping([PhotoContent], list(manifest.signal_types))
    assert mapping.signal_type_by_name == {"detector_mark": MarkSignal}


def test_its_command_hashes_and_matches_photos(photos: Path, tmp_path: Path, capsys) -> None:
    """As a user types it: add the extension, name the marks to look for, fetch, match."""

    def command(*arguments: object) -> str:
        inner_main([str(argument) for argument in arguments], tmp_path / "state")
        return capsys.readouterr().out

    assert "detector_mark" in command("config", "extensions", "add", MODULE)
    shown = command("hash", "-S", "detector_mark", "photo", photos / "vornak.png")
    assert shown.startswith("detector_mark vornak:")
    wanted = tmp_path / "wanted.txt"
    wanted.write_text("detector_mark vornak\ndetector_mark other\n")
    command("config", "collab", "edit", "local_file", "--create", "ours", "--filename", wanted)
    command("fetch")
    matched = command("match", "-S", "detector_mark", "photo", photos / "vornak.png")
    assert "(ours)" in matched
    assert command("match", "-S", "detector_mark", "photo", photos / "clean.png") == ""


def test_without_the_package_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "threatexchange.py").write_text("raise ImportError")
    code = f"import sys; sys.path.insert(0, {json.dumps(str(tmp_path))}); import {MODULE}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert 'pip install "detector[threatexchange]"' in done.stderr
