"""`check` and `compare`, and the words they use."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.cli.main import main
from detector.cli.seller_advice import advise
from detector.records import Alteration, Finding, Listing, MarkScore, TextFinding
from detector.report.wording import NOT_LEGAL, likelihood_words, location_words

from .conftest import detector

COPY = Finding(
    mark="norrvik",
    name="Norrvik",
    score=0.93,
    verdict="altered copy",
    box=(0.0, 0.0, 100.0, 100.0),
    quad=np.zeros((4, 2), np.float32),
    evidence=(),
    fingerprint="f",
    alterations=(Alteration.RECOLOURED, Alteration.MIRRORED),
)
LISTING = Listing("a.jpg", "ok", "block", "", 300, 300, "", (COPY,))


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((0, 0, 100, 90), "top left, about a tenth of the picture"),
        ((140, 140, 160, 160), "in the middle, less than a hundredth of the picture"),
        ((250, 130, 290, 170), "middle right, about a fortieth of the picture"),
        ((100, 220, 210, 300), "bottom centre, about a tenth of the picture"),
        ((20, 20, 280, 280), "in the middle, most of the picture"),
        ((0, 0, 300, 300), "nearly the whole picture"),
    ],
)
def test_a_place_in_words(box, words):
    assert location_words(box, 300, 300) == words


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4),
    st.integers(0, 30_000),
    st.integers(0, 30_000),
)
def test_any_box_has_a_place(box, width, height):
    assert location_words(tuple(box), width, height).endswith(" picture")


def test_sureness_never_claims_certainty():
    assert likelihood_words(1.0) == "almost certain (99 %)"
    assert likelihood_words(0.9) == "very likely (90 %)"
    assert likelihood_words(0.1) == "unlikely (10 %)"


def test_a_seller_is_told_what_where_how_sure_and_what_to_do():
    text = "\n".join(advise(LISTING))
    assert "Very likely (93 %): “Norrvik”, top left, about a tenth of the picture." in text
    assert "an altered copy of it (recoloured, mirrored)" in text
    for remedy in ("choose or take a photo without it", "remove it", "authorisation"):
        assert remedy in text
    assert text.endswith(NOT_LEGAL)
    assert "not legal advice" in NOT_LEGAL


def test_a_seller_who_may_use_it_is_told_so():
    allowed = replace(LISTING, findings=(replace(COPY, authorised=True, part="emblem"),))
    text = "\n".join(advise(allowed))
    assert "the emblem of “Norrvik”" in text
    assert "Nothing needs to be done" in text
    assert "remove it" not in text


NAMED = TextFinding(
    mark="norrvik",
    name="Norrvik AS",
    score=0.93,
    field="title",
    start=4,
    end=11,
    word="Norrvik",
    reading="N0rrvik",
    changes=("digit for letter: 0 for o",),
)


def test_a_seller_is_told_what_a_text_names():
    told = replace(LISTING, title="Old N0rrvik mug", text=(NAMED,))
    text = "\n".join(advise(told))
    assert "1. Very likely (93 %): “Norrvik”, top left" in text
    assert "2. Very likely (93 %): “Norrvik AS”, in the title." in text
    assert "like its word “Norrvik” (digit for letter: 0 for o): “Old »N0rrvik« mug”." in text
    assert "take the word out of the title" in text
    same = replace(NAMED, field="description", changes=("same word",), exact=True, authorised=True)
    only = replace(LISTING, findings=(), description="Old Norrvik mug", text=(same,))
    text = "\n".join(advise(only))
    assert "in the description. Its word stands there: “Old »Norrvik« mug”." in text
    assert "You are on record as authorised to use it. Nothing needs to be done." in text
    assert "Nothing in this photo" not in text


def test_a_seller_is_told_of_other_places_of_ended_rights_and_of_what_is_left_out():
    expired = replace(COPY, instance=2, expired=True)
    scores = tuple(MarkScore("ovalo", "photo", score) for score in (0.8, 0.1))
    text = "\n".join(advise(replace(LISTING, findings=(COPY, expired), scores=scores), 0.6))
    assert "2. Very likely (93 %): “Norrvik”, 2nd place, top left" in text
    assert text.count("The registration of this mark has ended. Nothing needs to be done.") == 1
    assert "\n1 more finding is not shown.\n" in text


def test_a_photo_is_not_called_clean_when_its_findings_are_left_out():
    scores = (MarkScore("norrvik", "photo", 0.8),)
    text = "\n".join(advise(replace(LISTING, findings=(), scores=scores), 0.6))
    assert "1 finding is not shown." in text
    assert "Nothing" not in text


def test_a_clean_text_is_said_to_be():
    clean = replace(LISTING, decision="pass", findings=(), title="A mug")
    assert next(advise(clean)).startswith("Nothing in this photo or the text beside it resembles")


def test_check_reads_the_texts(shop):
    words = ("check", shop.clean, "--index", shop.index)
    found = detector(*words, "--title", "Old N0rrvik mug", "--description", "by\nNorrvik")
    assert found.exit_code == 1
    assert "“Old »N0rrvik« mug”" in found.stdout
    assert "in the description" in found.stdout
    assert "“by »Norrvik«”" in found.stdout
    allowed = detector(*words, "--title", "Old N0rrvik mug", "--seller", "friend")
    assert allowed.exit_code == 0
    clean = detector(*words, "--title", "A cup", "--description", "It is red.")
    assert clean.exit_code == 0
    assert "Nothing in this photo or the text beside it" in clean.stdout


def test_a_seller_is_told_that_it_is_the_class_of_goods():
    hints = ("first word of the title", "in capitals")
    named = replace(NAMED, reading="Norrvik", changes=("same word",), exact=True, hints=hints)
    told = replace(LISTING, findings=(), title="Old Norrvik mug", text=(named,))
    text = "\n".join(advise(told))
    assert (
        "Its word stands there: “Old »Norrvik« mug”. What speaks for or against it: first " in text
    )


def test_what_was_not_read_is_remarked():
    told = replace(LISTING, findings=(), decision="pass", message="text in a script ...")
    first, *_ = advise(told)
    assert first == "Please note: text in a script ..."


def test_a_name_of_what_goods_fit_is_told_as_such():
    named = replace(NAMED, reading="Norrvik", changes=("same word",), exact=True, compatible=True)
    told = replace(LISTING, findings=(), decision="pass", title="For Norrvik", text=(named,))
    text = "\n".join(advise(told))
    assert "It is named as what the goods fit" in text
    assert "take the word out" not in text


@pytest.fixture(scope="module")
def grocer(shop, tmp_path_factory):
    """An index of one mark that is an ordinary word, registered for class 9."""
    folder = tmp_path_factory.mktemp("grocer")
    shutil.copy(shop.mark.with_name("norrvik.png"), folder / "mark.png")
    (folder / "marks.csv").write_text("id,name,image,nice_classes\npear,Pear,mark.png,9\n")
    done = detector("marks", "import", folder / "marks.csv", "--index", folder / "index")
    assert done.exit_code == 0, done.output
    return folder / "index"


@pytest.mark.parametrize(
    ("classes", "status"), [("9,25", 1), ("9", 1), ("31", 0), (None, 0), ("", 0)]
)
def test_check_takes_the_class_of_goods(grocer, shop, classes, status):
    words = ("check", shop.clean, "--index", grocer, "--title", "Take a Pear")
    found = detector(*words, *(() if classes is None else ("--classes", classes)))
    assert found.exit_code == status
    told = "“Take a »Pear«”. What speaks for or against it: part of a phrase: a Pear, in its class"
    assert (told in found.stdout) == bool(status)


@pytest.mark.parametrize("classes", ["46", "0", "9,shoes", "9.5"])
def test_check_refuses_what_is_no_class(grocer, shop, classes):
    found = detector("check", shop.clean, "--index", grocer, "--classes", classes)
    assert found.exit_code == 2
    assert "--classes: classes: " in found.stderr
    assert "whole numbers 1 to 45" in found.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "path,title,classes\n{0},Take a pear,9;25\n{0},Take a pear,31\n"),
        ("a.jsonl", '{{"path":"{0}","title":"Take a pear","classes":[9]}}\n{{"path":"{0}"}}\n'),
    ],
)
def test_a_scan_takes_the_class_of_goods(grocer, shop, tmp_path, name, text):
    (tmp_path / name).write_text(text.format(shop.clean))
    command = ("scan", tmp_path / name, "--index", grocer, "--format", "jsonl", "--jobs", "1")
    first, second, _ = map(json.loads, detector(*command).stdout.splitlines())
    (found,) = first["text"]
    assert (found["changes"], found["hints"][-1]) == (["same word"], "in its class of goods: 9")
    assert (first["decision"], second["text"]) == ("block", [])


def test_check_names_the_extra_that_a_text_needs(shop, monkeypatch):
    monkeypatch.setitem(sys.modules, "anyascii", None)
    found = detector("check", shop.clean, "--index", shop.index, "--title", "A cup")
    assert found.exit_code == 2
    assert found.stdout == ""
    assert 'pip install "detector[words]"' in found.stderr


def test_a_photo_that_was_not_read_is_never_called_clean():
    text = "\n".join(advise(Listing("a.jpg", "partial", "review", "cut short.")))
    assert "not fully examined: cut short." in text
    assert "Nothing" not in text


def test_check_speaks_plainly(shop, tmp_path):
    found = detector("check", shop.copy, "--index", shop.index)
    assert found.exit_code == 1
    assert "“Norrvik”" in found.stdout
    assert NOT_LEGAL in found.stdout
    assert detector("check", shop.copy, "--index", shop.index, "--seller", "friend").exit_code == 0
    clean = detector("check", shop.clean, "--index", shop.index)
    assert clean.exit_code == 0
    assert "Nothing in this photo resembles" in clean.stdout
    missing = detector("check", tmp_path / "none.jpg", "--index", shop.index)
    assert missing.exit_code == 2
    assert "not fully examined" in missing.stdout


def test_compare_shows_every_measure(shop, tmp_path):
    picture = shop.mark.with_name("norrvik.png")
    found = detector("compare", picture, shop.copy, "--report", tmp_path / "out")
    assert found.exit_code == 1
    for words in ("inliers", "agreement", "alignment", "sift", "verdict: ", "reason: ", "where: "):
        assert words in found.stdout
    assert re.search(r"norrvik: score [01]\.\d\d, at or above the threshold", found.stdout)
    assert "norrvik" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    clean = detector("compare", picture, shop.clean)
    assert clean.exit_code == 0
    assert "verdict: not found" in clean.stdout or "There is no place" in clean.stdout


def test_compare_takes_one_mark_and_says_what_it_could_not_read(shop, tmp_path):
    (tmp_path / "marks").mkdir()
    for name in ("a.png", "b.png"):
        shutil.copy(shop.mark.with_name("norrvik.png"), tmp_path / "marks" / name)
    several = detector("compare", tmp_path / "marks", shop.copy)
    assert several.exit_code == 2
    assert "there are 2 marks in it" in several.stderr
    missing = detector("compare", shop.mark, tmp_path / "none.jpg")
    assert missing.exit_code == 2
    assert "not fully examined" in missing.stdout


def every_command(group=main, before="detector"):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from every_command(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


@pytest.mark.parametrize(("name", "command"), list(every_command()))
def test_every_command_and_option_is_documented(name, command):
    text = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")
    heads = re.split(r"^## `", text, flags=re.MULTILINE)
    (section,) = [one for one in heads if one.startswith((f"{name} ", f"{name}`"))]
    for option in command.params:
        for word in option.opts:
            assert not word.startswith("--") or f"`{word}" in section, word
    assert command.help
