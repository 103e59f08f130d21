"""What a word in a photo does: alone, in other lettering, misspelt, ordinary."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from detector import Detector, import_marks, load_marks, read_picture
from detector.settings import settings_for_words
from tests import scenes

ORDINARY = ("apple", "mini", "shell", "gap", "boss")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Marks whose pictures show no word, so that all that can be read is their name."""
    folder = tmp_path_factory.mktemp("named")
    Image.fromarray(scenes.emblem()).save(folder / "emblem.png")
    Image.fromarray(scenes.ring()).save(folder / "ring.png")
    rows = [f"{name},{name.title()},logo,ring.png" for name in ORDINARY]
    rows.append("tidemoor,Tidemoor,logo,emblem.png")
    (folder / "marks.csv").write_text("id,name,kind,image\n" + "\n".join(rows) + "\n")
    import_marks(folder / "index", load_marks([folder / "marks.csv"]))
    return folder / "index"


@pytest.fixture(scope="module")
def detector(index):
    return Detector.open(index, settings=settings_for_words(True))


def photo(tmp_path, text, number=1):
    picture = Image.fromarray(scenes.ground(number)).resize((640, 640))
    font = ImageFont.load_default(60)
    ImageDraw.Draw(picture).text((320, 330), text, (250, 250, 245), font, anchor="mm")
    picture.save(tmp_path / "photo.png")
    return read_picture(tmp_path / "photo.png")


def test_a_name_alone_is_found_where_it_stands_and_called_the_same_word(detector, tmp_path):
    listing = detector.inspect(photo(tmp_path, "TIDEMOOR"))
    (found,) = listing.findings
    assert (found.mark, found.verdict) == ("tidemoor", "same word")
    assert found.box[0] < 320 < found.box[2]
    assert found.box[1] < 330 < found.box[3]
    assert "the photo reads “TIDEMOOR”, the mark “Tidemoor”" in found.reasons


def test_a_misspelt_name_is_a_look_alike(detector, tmp_path):
    (found,) = detector.inspect(photo(tmp_path, "TIDEMOON")).findings
    assert (found.mark, found.verdict) == ("tidemoor", "look-alike")
    assert "other letters" in found.alterations


@pytest.mark.parametrize("word", ORDINARY)
def test_an_ordinary_word_is_no_finding_by_its_letters_alone(detector, tmp_path, word):
    reading_ = photo(tmp_path, word.upper())
    scores = [found.score for found in detector.detections(reading_.pictures[0])]
    assert max(scores, default=0) < detector.threshold
    assert detector.inspect(reading_).findings == ()


def test_text_in_a_script_that_is_not_read_is_said(detector, tmp_path, monkeypatch):
    monkeypatch.setattr("detector.channels.tesseract.read_line", lambda pixels: ("", 0.0))
    Image.fromarray(scenes.unknown_script()).save(tmp_path / "photo.png")
    listing = detector.inspect(read_picture(tmp_path / "photo.png"))
    assert listing.message == "text in a script that is not read (1 line)."
    assert (listing.status, listing.decision) == ("ok", "pass")
    assert detector.inspect(photo(tmp_path, "TIDEMOOR")).message == ""


def test_without_reading_the_name_is_not_found(index, tmp_path):
    silent = Detector.open(index, settings=settings_for_words(False))
    assert silent.inspect(photo(tmp_path, "TIDEMOOR")).findings == ()
    assert not silent.settings.words.read


def test_an_index_without_words_is_read_by_names(tmp_path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unread")
    Image.fromarray(scenes.emblem()).save(folder / "tidemoor.png")
    import_marks(folder / "index", load_marks([folder / "tidemoor.png"]), settings_for_words(False))
    opened = Detector.open(folder / "index", settings=settings_for_words(True))
    (found,) = opened.inspect(photo(tmp_path, "tidemoor", 2)).findings
    assert found.mark == "tidemoor"
    assert np.isfinite(found.quad).all()
