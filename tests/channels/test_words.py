"""Words: read for real in drawn pictures, compared, and turned into poses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from detector import geometry
from detector.channels import ocr, tesseract, words
from detector.channels.base import StoredFeatures
from detector.channels.ocr import MIN_LETTERS, Line
from detector.channels.word_features import (
    NO_WORDS,
    letters,
    packed,
    unpacked,
    unread_lines,
    with_sounds,
)
from detector.channels.words import WordChannel, WordSearcher
from detector.errors import MissingExtra, UsageError
from detector.records import Mark, Picture, References, View
from detector.settings import WordSettings
from detector.words.spelling import plain
from tests import scenes
from tests.channels.stored import view_table

GROUND, INK = (230, 225, 210), (30, 40, 90)
BOX = np.array([[0, 0], [100, 0], [100, 20], [0, 20]], np.float32)


def written(text, *, turn=0.0, size=(640, 640), height=48):
    """A picture with a word about its middle, turned clockwise by degrees."""
    picture = Image.new("RGB", size, GROUND)
    font = ImageFont.load_default(height)
    ImageDraw.Draw(picture).text((size[0] / 2, size[1] / 2), text, INK, font, anchor="mm")
    turned = picture.rotate(-turn, Image.Resampling.BICUBIC, fillcolor=GROUND)
    return np.asarray(turned, np.uint8)


def view(pixels):
    return View("m", "front.png", pixels, np.ones(pixels.shape[:2], bool))


def references(*lines, view_row=0):
    features = packed(lines)
    return References(np.full(len(features), view_row, np.int32), features)


@pytest.fixture(scope="module")
def channel():
    return WordChannel(WordSettings(read=True))


# --- reading ---------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 30, 90, 135, 180, 270])
def test_a_word_is_read_and_outlined_from_its_first_letter(turn):
    (line,) = ocr.read_lines(written("VORNAKEL", turn=turn), 480)
    across = line.quad[1] - line.quad[0]
    assert line.text == "VORNAKEL"
    assert np.rad2deg(np.arctan2(across[1], across[0])) % 360 == pytest.approx(turn, abs=4)
    assert np.linalg.norm(across) > 4 * np.linalg.norm(line.quad[3] - line.quad[0])
    assert np.allclose(line.quad.mean(axis=0), 320, atol=12)


@pytest.mark.parametrize(
    ("word", "turn", "height"),
    [("Quillhart", 184, 16), ("Tidemoor", 176, 12), ("BIZZLEPOP", 168, 13)],
)
def test_a_small_word_that_is_upside_down_is_read_from_its_first_letter(word, turn, height):
    (line,) = ocr.read_lines(written(word, turn=turn, height=height), 480)
    across = line.quad[1] - line.quad[0]
    assert line.text == word
    assert line.confidence >= 0.9
    assert np.rad2deg(np.arctan2(across[1], across[0])) % 360 == pytest.approx(turn, abs=6)


def test_boxes_are_in_pixels_of_the_picture_whatever_its_size():
    (line,) = ocr.read_lines(written("VORNAKEL", size=(2400, 1800), height=200), 480)
    assert np.allclose(line.quad.mean(axis=0), (1200, 900), atol=30)


def test_a_very_wide_picture_is_read_in_place():
    (line,) = ocr.read_lines(written("VORNAKEL", size=(1200, 60), height=30), 60)
    assert line.text == "VORNAKEL"
    assert np.allclose(line.quad.mean(axis=0), (600, 30), atol=12)


def test_a_glance_tells_text_from_none():
    assert ocr.has_text(written("VORNAKEL"), 416)
    assert not ocr.has_text(np.full((480, 640, 3), 200, np.uint8), 416)
    assert ocr.read_lines(np.full((480, 640, 3), 200, np.uint8), 480) == []


def test_other_models_than_the_measured_are_refused(monkeypatch):
    ocr._models.cache_clear()
    monkeypatch.setitem(ocr.MODELS, "Rec", (ocr.MODELS["Rec"][0], "0" * 64))
    with pytest.raises(UsageError, match="not the model that was measured"):
        ocr._models()
    monkeypatch.undo()
    ocr._models.cache_clear()
    assert set(ocr._models()) == {"Det", "Rec", "Cls"}


def test_without_the_extra_nothing_is_read_and_asking_for_it_names_it(monkeypatch):
    monkeypatch.setattr(ocr, "PACKAGES", ("rapidocr", "a_package_that_is_not_there"))
    silent = WordChannel(WordSettings())
    assert not silent.reads
    assert len(silent.describe(Picture(written("VORNAKEL")))) == 0
    assert len(silent.describe_view(view(written("VORNAKEL")))) == 0
    with pytest.raises(MissingExtra, match=r"detector\[ocr\]"):
        WordChannel(WordSettings(read=True))


def test_told_not_to_read_it_does_not():
    assert not WordChannel(WordSettings(read=False)).reads


# --- letters apart, strips ---------------------------------------------------------------------


def letters_apart(word, step, *, size=(900, 900)):
    """A picture of the letters of a word about its middle, `step` (x, y) pixels apart."""
    picture = Image.new("RGB", size, GROUND)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(44)
    for number, letter in enumerate(word):
        offset = number - (len(word) - 1) / 2
        at = (size[0] / 2 + offset * step[0], size[1] / 2 + offset * step[1])
        draw.text(at, letter, INK, font, anchor="mm")
    return np.asarray(picture, np.uint8)


@pytest.mark.parametrize("step", [(90, 0), (110, 0), (80, 25), (70, 70), (0, 50), (0, 80)])
def test_letters_set_apart_or_stacked_are_one_word(step):
    lines = ocr.read_lines(letters_apart("TENDRAK", step), 480)
    (line,) = [line for line in lines if plain(line.text) == "tendrak"]
    assert np.allclose(line.quad.mean(axis=0), 450, atol=50)
    along = line.quad[1] - line.quad[0]
    assert along @ step > 0.95 * np.linalg.norm(along) * np.linalg.norm(step)


def test_letters_in_no_row_are_no_word():
    scattered = [letters_apart("T", (0, 0), size=(200, 200)) for _ in range(2)]
    lines = ocr.read_lines(np.hstack(scattered), 480)
    assert all(len(line.text) < MIN_LETTERS for line in lines)


def test_a_row_of_single_letters_is_one_run():
    texts = unpacked(packed([Line("N O R R V I K shoes", BOX, 1.0)])).texts
    assert "N O R R V I K" in texts
    assert not any(text.startswith("O R R V") for text in texts)


@pytest.mark.parametrize("upright", [False, True])
def test_a_long_strip_is_read_in_parts(upright):
    picture = written("VORNAKEL bags", size=(3000, 40), height=28)
    picture = np.ascontiguousarray(np.rot90(picture, -1)) if upright else picture
    assert ocr.has_text(picture, 416)
    lines = [line for line in ocr.read_lines(picture, 480) if "VORNAKEL" in line.text]
    assert lines
    centre = np.mean([line.quad.mean(axis=0) for line in lines], axis=0)
    assert np.allclose(centre, (20, 1500) if upright else (1500, 20), atol=150)


def test_a_line_reads_the_same_beside_a_longer_one():
    short = written("Zelmo", size=(640, 200), height=40)
    long = written("handmade in small numbers since", size=(640, 200), height=34)
    (alone,) = ocr.read_lines(short, 200)
    both = ocr.read_lines(np.vstack([short, long]), 400)
    assert (alone.text, alone.confidence) in [
        (line.text, pytest.approx(line.confidence, abs=0.02)) for line in both
    ]


# --- scripts ---------------------------------------------------------------------------------

TSV = "level\tconf\ttext\n5\t91.5\t{}\n"


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program named tesseract that knows Russian and reads what it is told."""

    def install(text):
        script = tmp_path / "tesseract"
        listed = "List of available languages\\neng\\nrus\\n"
        script.write_text(
            "#!/bin/sh\n"
            f'if [ "$1" = --list-langs ]; then printf "{listed}"; exit; fi\n'
            f"cat > /dev/null; cat {tmp_path}/read.tsv\n"
        )
        script.chmod(0o755)
        (tmp_path / "read.tsv").write_text(text, encoding="utf-8")
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        tesseract.installed_languages.cache_clear()

    yield install
    monkeypatch.undo()
    tesseract.installed_languages.cache_clear()


def test_text_in_an_unknown_script_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "")
    tesseract.installed_languages.cache_clear()
    lines = ocr.read_lines(scenes.unknown_script(), 480, every_script=True)
    assert [line.text for line in lines] == [ocr.UNREAD]
    features = packed(lines)
    assert (unread_lines(features), unpacked(features).texts) == (1, ())
    assert WordSearcher(references(Line("Vornakel", BOX, 1.0)), np.zeros(1)).search(features) == []
    tesseract.installed_languages.cache_clear()


def test_tesseract_reads_it_where_it_is_installed(program):
    program(TSV.format("АДИДАС"))
    (line,) = ocr.read_lines(scenes.unknown_script(), 480, every_script=True)
    assert (line.text, line.confidence) == ("АДИДАС", 0.915)
    assert [each.text for each in with_sounds([line])] == ["АДИДАС", "adidas"]


@pytest.mark.parametrize("text", ["", TSV.format(" "), TSV.format("x").replace("91.5", "60")])
def test_what_tesseract_reads_badly_is_not_read(program, text):
    program(text)
    assert tesseract.read_line(scenes.unknown_script()) == ("", 0.0)


def test_latin_text_is_known(program):
    program(TSV.format("АДИДАС"))
    (line,) = ocr.read_lines(written("VORNAKEL"), 480, every_script=True)
    assert line.text == "VORNAKEL"


# --- words as rows ---------------------------------------------------------------------------


@given(
    st.lists(st.text(max_size=80), max_size=4),
    st.floats(0, 1),
)
@settings(max_examples=60)
def test_what_is_packed_comes_back(texts, confidence):
    rows = packed(Line(text, BOX, confidence) for text in texts)
    back = unpacked(rows)
    assert all(len(letters(text)) >= MIN_LETTERS for text in back.texts if text.isascii())
    assert np.abs(back.confidences - np.float32(confidence)).max(initial=0) < 0.003
    assert ((back.shares >= 0) & (back.shares <= 1)).all()
    assert len(rows.frames) == len(rows.labels) == len(back.texts) + unread_lines(rows)
    assert unread_lines(rows) == texts.count("")


def test_runs_of_words_have_their_share_of_the_line():
    rows = unpacked(packed([Line("RED BULL can", BOX, 1.0)]))
    assert rows.texts == ("RED", "RED BULL", "RED BULL can", "BULL", "BULL can", "can")
    shares = dict(zip(rows.texts, rows.shares.tolist(), strict=True))
    assert shares["RED BULL can"] == 1
    assert shares["RED"] == pytest.approx(0.3, abs=0.01)
    middle = dict(zip(rows.texts, rows.frames[:, 0].tolist(), strict=True))
    assert middle["RED"] < middle["BULL"] < middle["can"]


@given(
    st.floats(-3, 3), st.floats(-3, 3), st.floats(20, 400), st.floats(0.8, 1.2), st.floats(5, 60)
)
def test_a_pose_lays_word_on_word(angle, other, width, ratio, height):
    known = np.array([50, 40, height, angle], np.float32), width
    seen = np.array([300, 200, height * 2 * ratio, other], np.float32), width * 2
    pose = words.pose_of_boxes(known, seen)
    along = np.array([np.cos(angle), np.sin(angle)]) * width / 2
    there = np.array([np.cos(other), np.sin(other)]) * width
    steps = np.array([[-1.0], [0.0], [1.0]])
    ends = geometry.project(pose, np.array([50, 40]) + steps * along)
    np.testing.assert_allclose(ends, np.array([300, 200]) + steps * there, atol=0.1)


# --- comparing -------------------------------------------------------------------------------


def search(_, seen, known):
    """What a search of known words finds among those of a photo."""
    return WordSearcher(known, np.zeros(len(known.view), np.int32)).search(seen)


def test_case_accents_spaces_and_signs_do_not_count():
    assert letters("Citroën C-3!") == letters("CITROEN c3") == "citroenc3"
    assert letters("Red-Bull") == letters("RED BULL")


def test_the_most_alike_word_of_each_view_is_told(channel):
    known = references(Line("tidemoor", BOX, 1.0))
    seen = packed([Line("tidemoon", BOX + 50, 1.0), Line("something", BOX, 1.0)])
    (found,) = search(channel, seen, known)
    assert found.measures.edits == 1
    assert found.measures.reading == pytest.approx(7 / 8)
    assert found.note == ("the photo reads “tidemoon”, the mark “tidemoor”: letter swapped: r -> n")
    np.testing.assert_allclose(
        geometry.project(found.pose, BOX.mean(axis=0, keepdims=True)), [[100, 60]], atol=0.5
    )


def read_as(channel, word, text, confidence=1.0):
    """The evidence of a mark's word for a text in a photo."""
    seen = packed([Line(text, BOX, confidence)])
    (found,) = search(channel, seen, references(Line(word, BOX, 1.0)))
    return found


@pytest.mark.parametrize(
    ("word", "text", "change"),
    [
        ("Moderna", "MODEMA", "look-alike letters: m for rn"),
        ("Illumo", "lllumo", "look-alike letters: l for i"),
        ("Gloomo", "GL0OMO", "digit for letter: 0 for o"),
    ],
)
def test_what_a_reader_confuses_is_nearly_the_same_word(channel, word, text, change):
    found = read_as(channel, word, text)
    assert 0.94 < found.measures.reading < read_as(channel, word, word).measures.reading == 1
    assert 0 < found.measures.edits < 0.5
    assert found.note.endswith(f": {change}")


def test_a_changed_word_is_told_with_its_changes(channel):
    found = read_as(channel, "adidas", "Abidas")
    assert found.note == "the photo reads “Abidas”, the mark “adidas”: letter swapped: d -> b"
    assert found.measures.reading == pytest.approx(5 / 6)
    found = read_as(channel, "adidas", "abidaz")
    assert found.note.endswith(": letter swapped: d -> b, sounds alike: z for s")
    assert read_as(channel, "Citroën", "CITROEN").note.endswith("the mark “Citroën”")


def test_an_unsure_reading_weighs_less_and_says_nothing_about_letters(channel):
    unsure = read_as(channel, "tidemoor", "tidemoon", 0.6).measures
    assert unsure.reading == pytest.approx(7 / 8 * 0.8)
    assert np.isnan(unsure.edits)
    assert read_as(channel, "tidemoor", "TIDEMOOR", 0.6).measures.edits == 0


def test_of_equal_readings_the_surest_counts(channel):
    seen = packed([Line("tidemoor", BOX, 0.7), Line("Tidemoor", BOX + 50, 0.9)])
    (found,) = search(channel, seen, references(Line("TIDEMOOR", BOX, 1.0)))
    assert found.measures.reading == pytest.approx(0.95, abs=0.01)
    middle = geometry.project(found.pose, BOX.mean(axis=0, keepdims=True))
    np.testing.assert_allclose(middle, [[100, 60]], atol=0.5)


@pytest.mark.parametrize("word", ["小米之", "АБВГД"])
def test_other_scripts_are_compared_too(channel, word):
    assert read_as(channel, word, word.lower()).measures.edits == 0
    assert search(channel, packed([Line("小米", BOX, 1.0)]), references(Line(word, BOX, 1))) == []


def test_the_share_of_a_view_grows_with_the_words_that_are_read(channel):
    pack = references(Line("TIDEMOOR", BOX, 1.0), Line("OATGHURT", BOX + 100, 1.0))
    (one,) = search(channel, packed([Line("tidemoor", BOX, 1.0)]), pack)
    both = packed([Line("tidemoor", BOX, 1.0), Line("oatghurt", BOX + 200, 1.0)])
    (two,) = search(channel, both, pack)
    assert one.measures.share == pytest.approx(0.5, abs=0.01)
    assert two.measures.share == pytest.approx(1.0, abs=0.01)
    (again,) = search(channel, packed([Line("tidemoor", BOX, 1.0)]), references(
        Line("TIDEMOOR", BOX, 1.0), Line("TIDEMOOR", BOX, 1.0)))  # fmt: skip
    assert again.measures.share == pytest.approx(0.5, abs=0.01)


def test_other_words_are_no_evidence(channel):
    assert search(channel, packed([Line("sunflower", BOX, 1.0)]), references(
        Line("tidemoor", BOX, 1.0))) == []  # fmt: skip
    assert search(channel, packed([]), references(Line("tidemoor", BOX, 1.0))) == []
    assert search(channel, packed([Line("tidemoor", BOX, 1.0)]), NO_WORDS) == []


def test_everyday_and_short_words_say_little():
    everyday = [words.rarity(word) for word in ("house", "paper", "with", "apple", "gap")]
    assert max(everyday) < 0.2 < 0.8 < words.rarity("tidemoor")
    assert words.rarity("zyx") < words.rarity("zyxwvuts")


def test_views_as_they_were_given_are_read_turned_ones_are_not(channel):
    pixels = written("VORNAKEL", size=(380, 120))
    assert unpacked(channel.describe_view(view(pixels))).texts == ("VORNAKEL",)
    white = view(255 - pixels)
    assert unpacked(channel.describe_view(white)).texts == ("VORNAKEL",)
    turned = View("m", "front.png", pixels, np.ones((120, 380), bool), inverted=True)
    assert len(channel.describe_view(turned)) == 0


def sized(*sizes):
    """A mark a view, of these sizes."""
    blank = [np.zeros((height, width, 3), np.uint8) for width, height in sizes]
    return view_table([
        View(str(row), "a.png", pixels, np.ones(pixels.shape[:2], bool))
        for row, pixels in enumerate(blank)
    ])  # fmt: skip


def test_a_name_that_no_picture_shows_is_looked_for(channel):
    marks = [Mark("a", "Tidemoor"), Mark("b", "Emberloft")]
    harbour = references(Line("harbour", BOX, 1.0), view_row=1)
    stored = StoredFeatures(harbour, sized((100, 50), (200, 100)), marks)
    known = words.with_mark_words(stored)
    assert known.view.tolist() == [0, 1, 1]
    assert unpacked(known.features).texts == ("Tidemoor", "harbour", "Emberloft")
    searcher = WordChannel(WordSettings(read=True)).prepare(stored)
    (found,) = searcher.search(packed([Line("EMBERLOFT", BOX, 1.0)]))
    assert (found.view, found.measures.share) == (1, 1)


def test_without_reading_nothing_is_searched(channel):
    stored = StoredFeatures(NO_WORDS, sized((100, 50)), [Mark("a", "Tidemoor")])
    silent = WordChannel(WordSettings(read=False)).prepare(stored)
    assert silent.search(packed([Line("Tidemoor", BOX, 1.0)])) == []


def test_a_mark_may_say_its_words_itself():
    marks = [Mark("a", "The Tidemoor Company", words=("Tidemoor", "Moor Goods"))]
    known = words.with_mark_words(StoredFeatures(NO_WORDS, sized((100, 50)), marks))
    assert unpacked(known.features).texts == ("Tidemoor", "Moor", "Moor Goods", "Goods")
    design = [Mark("a", "Blue waves", kind="design")]
    assert len(words.with_mark_words(StoredFeatures(NO_WORDS, sized((9, 9)), design)).view) == 0


def test_a_photo_and_a_view_meet_end_to_end(channel):
    known = channel.describe_view(view(written("VORNAKEL", size=(380, 120))))
    seen = channel.describe(Picture(written("VORNAKEL", turn=90)))
    (found,) = search(channel, seen, References(np.zeros(len(known), np.int32), known))
    assert found.measures.edits == 0
    middle = geometry.project(found.pose, np.array([[190.0, 60.0]]))
    np.testing.assert_allclose(middle, [[320, 320]], atol=12)
