"""From files to findings, with real files and a real index."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image

from detector import Detector, geometry, import_marks, load_marks, read_picture
from detector.channels import embedding_model
from detector.errors import MarkError, UsageError
from detector.pipeline.compare import compare
from detector.pipeline.suppression import SAME_OUTLINE
from detector.records import SCHEMA
from detector.settings import EdgeTemplateSettings, Settings
from tests import scenes


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    Image.fromarray(scenes.emblem_with_word()).save(home / "vornak.png")
    Image.fromarray(scenes.ring()).save(home / "noloop.png")
    (home / "marks.csv").write_text(
        "id,name,kind,image,authorised_sellers\n"
        "vornak,Vornak,logo,vornak.png,seller-7\nnoloop,Noloop,logo,noloop.png,\n"
    )
    return home


@pytest.fixture(scope="module")
def index(folder, tmp_path_factory):
    home = tmp_path_factory.mktemp("index") / "index"
    assert import_marks(home, load_marks([folder / "marks.csv"])).described == 2
    return home


@pytest.fixture(scope="module")
def detector(index):
    return Detector.open(index)


def photo(tmp_path, pixels, name="photo.png"):
    Image.fromarray(pixels).save(tmp_path / name)
    return read_picture(tmp_path / name)


def test_mark_is_found_in_its_place(detector, tmp_path):
    pixels = scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(120, 140, 0.6))
    listing = detector.inspect(photo(tmp_path, pixels))
    best = listing.findings[0]
    assert best.mark == "vornak"
    assert best.part in ("whole", "emblem")
    assert listing.decision in ("review", "block")
    x, y = (best.box[0] + best.box[2]) / 2, (best.box[1] + best.box[3]) / 2
    assert abs(x - 210) < 30
    assert abs(y - 235) < 60


@pytest.mark.parametrize("number", range(4))
def test_clean_photo_passes(detector, tmp_path, number):
    listing = detector.inspect(photo(tmp_path, scenes.ground(number)))
    assert (listing.findings, listing.decision) == ((), "pass")


def test_mirrored_mark_is_found_and_said_to_be(detector, tmp_path):
    mark = np.ascontiguousarray(scenes.emblem_with_word()[:, ::-1])
    pixels = scenes.laid(scenes.ground(1), mark, scenes.pose(100, 60, 0.8))
    best = detector.inspect(photo(tmp_path, pixels)).findings[0]
    assert best.mark == "vornak"
    assert "mirrored" in best.alterations


def test_the_whole_is_named_rather_than_its_emblem(detector, tmp_path):
    pixels = scenes.laid(scenes.ground(2), scenes.emblem_with_word(), scenes.pose(90, 30, 0.8, 6))
    best = detector.inspect(photo(tmp_path, pixels)).findings[0]
    assert (best.mark, best.part, best.verdict) == ("vornak", "whole", "identical copy")


def test_a_word_with_other_letters_makes_a_look_alike(detector, tmp_path):
    sign = scenes.emblem_with_word()
    sign[330:395, 30:120] = sign[330:395, 30:120][::-1, ::-1]
    pixels = scenes.laid(scenes.ground(2), sign, scenes.pose(90, 30, 0.8, 6))
    best = detector.inspect(photo(tmp_path, pixels)).findings[0]
    assert (best.mark, best.verdict) == ("vornak", "look-alike")
    assert "other letters" in best.alterations
    assert any(reason.startswith("the photo reads") for reason in best.reasons)


def test_another_colour_makes_an_altered_copy(detector, tmp_path):
    sign = np.ascontiguousarray(scenes.emblem_with_word()[..., [2, 0, 1]])
    pixels = scenes.laid(scenes.ground(2), sign, scenes.pose(90, 30, 0.8, 6))
    best = detector.inspect(photo(tmp_path, pixels)).findings[0]
    assert best.verdict == "altered copy"
    assert "recoloured" in best.alterations


def test_authorised_seller_passes(index, tmp_path):
    pixels = scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(120, 140, 0.6))
    listing = Detector.open(index, seller="seller-7").inspect(photo(tmp_path, pixels))
    assert listing.findings[0].authorised
    assert listing.decision == "pass"


def test_same_photo_gives_same_fingerprint(detector, tmp_path):
    reading = photo(tmp_path, scenes.laid(scenes.ground(2), scenes.ring(), scenes.pose(80, 90, 1)))
    first, again = detector.inspect(reading), detector.inspect(reading)
    assert [f.fingerprint for f in first.findings] == [f.fingerprint for f in again.findings]
    assert first.findings[0].mark == "noloop"


def test_unreadable_photo_is_not_called_clean(detector, tmp_path):
    (tmp_path / "bad.jpg").write_bytes(b"nothing")
    listing = detector.inspect(read_picture(tmp_path / "bad.jpg"))
    assert (listing.status, listing.decision) == ("error", "review")
    assert listing.message


def test_other_settings_are_refused(index):
    other = Settings(shape=EdgeTemplateSettings(ridge=0.5))
    with pytest.raises(UsageError, match="other settings"):
        Detector.open(index, settings=other)


def test_an_index_of_another_model_is_refused(index, monkeypatch):
    monkeypatch.setattr(embedding_model, "SHA256", "0" * 64)
    with pytest.raises(UsageError, match="another model"):
        Detector.open(index)


def test_bad_mark_picture_leaves_the_index_as_it_was(folder, index, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrest")
    before = Detector.open(index).index.generation
    with pytest.raises(MarkError, match=r"broken\.png"):
        import_marks(index, load_marks([tmp_path / "broken.png"]))
    assert Detector.open(index).index.generation == before


def test_compare_measures_a_pair_whatever_the_score(folder, tmp_path):
    source = load_marks([folder / "noloop.png"])[0]
    listing = compare(source, photo(tmp_path, scenes.ground(3)))
    assert len(listing.findings) == 1
    assert {one.channel for one in listing.findings[0].evidence} >= {"alignment"}


def test_threshold_and_top_limit_what_is_listed(index, tmp_path):
    pixels = scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(20, 40, 0.6))
    pixels = scenes.laid(pixels, scenes.ring(), scenes.pose(240, 220, 0.6))
    reading = photo(tmp_path, pixels)
    assert {one.mark for one in Detector.open(index).inspect(reading).findings} == {
        "vornak", "noloop",
    }  # fmt: skip
    assert len(Detector.open(index, top=1).inspect(reading).findings) == 1
    assert Detector.open(index, threshold=1.0).inspect(reading).findings == ()


def test_one_place_shows_one_sign(index, tmp_path):
    """A mark that only resembles what a surer finding explains is recorded, and not shown."""
    pixels = scenes.laid(scenes.ground(3), scenes.ring(), scenes.pose(90, 80, 0.9))
    listing = Detector.open(index, threshold=1e-9).inspect(photo(tmp_path, pixels))
    first, *others = listing.findings
    assert first.mark == "noloop"
    for other in others:
        assert geometry.quad_iou(other.quad, first.quad) <= SAME_OUTLINE


def test_the_record_of_an_answer_says_with_what_it_was_made(detector, tmp_path):
    made = detector.inspect(photo(tmp_path, scenes.ground(1))).provenance
    assert (made.schema, made.index) == (SCHEMA, detector.index.generation)
    assert all(getattr(made, field.name) for field in dataclasses.fields(made))
