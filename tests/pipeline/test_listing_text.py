"""Title and description beside a photo, against a real index."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from detector import Detector, Mark, Policy, Reading, import_marks, load_marks
from detector.errors import MissingExtra, UsageError
from detector.pipeline.listing_text import ListingText
from detector.records import Rights, Submission
from detector.words.matcher import MAX_LIKENESS
from tests import scenes

NO_PHOTO = Reading("photo.jpg", "ok")
MARKS = [
    Mark("vornak", "Vornak", rights=Rights(authorised_sellers=("seller-7",))),
    Mark("quillhart", "Quillhart"),
    Mark("apple", "Apple"),
    Mark("shell", "Shell", rights=Rights(nice_classes=(4, 9))),
    Mark("togo", "Togo", rights=Rights(nice_classes=(30,))),
    Mark("plain", "Zephyrix", "design"),
    Mark("brixolan", "Brixolan", rights=Rights(valid_until=date(2020, 1, 1))),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    Image.fromarray(scenes.emblem()).save(home / "mark.png")
    rows = "".join(
        f"{one.id},{one.name},{one.kind},mark.png,{','.join(one.rights.authorised_sellers)},"
        f"{';'.join(map(str, one.rights.nice_classes))},{one.rights.valid_until or ''}\n"
        for one in MARKS
    )
    head = "id,name,kind,image,authorised_sellers,nice_classes,valid_until\n"
    (home / "marks.csv").write_text(head + rows)
    import_marks(home / "index", load_marks([home / "marks.csv"]))
    return home / "index"


@pytest.fixture(scope="module")
def detector(index):
    return Detector.open(index)


def inspected(detector, reading=NO_PHOTO, **beside):
    """The listing of a photo that was read already, and the texts beside it."""
    return detector.inspect(Submission(Path(reading.path), **beside), reading=reading)


def test_every_field_of_a_submission_stands_in_its_listing(detector):
    beside = {
        "title": "A shirt", "description": "New.", "category": "clothes", "brand": "none",
        "seller": "shop-1", "classes": (25,), "external_id": "sku-9",
    }  # fmt: skip
    listing = inspected(detector, **beside)
    assert {name: getattr(listing, name) for name in beside} == beside


def test_an_expired_right_in_a_text_passes(detector):
    submission = Submission(Path("photo.jpg"), title="Brixolan shirt")
    listing = detector.inspect(submission, reading=NO_PHOTO, day=date(2020, 1, 2))
    assert (listing.text[0].expired, listing.decision) == (True, "pass")
    listing = detector.inspect(submission, reading=NO_PHOTO, day=date(2020, 1, 1))
    assert (listing.text[0].expired, listing.decision) == (False, "block")


def test_a_name_in_the_title_is_found_in_its_place(detector):
    title = "New V0rnak shirt, size 42"
    listing = inspected(detector, title=title, description="A shirt.")
    (found,) = listing.text
    assert (found.mark, found.name, found.word, found.field) == (
        "vornak", "Vornak", "Vornak", "title",
    )  # fmt: skip
    assert found.reading == title[found.start : found.end] == "V0rnak"
    assert found.changes == ("digit for letter: 0 for o",)
    assert (listing.title, listing.description) == (title, "A shirt.")
    assert listing.decision == "block"


def test_both_texts_are_read_and_each_tells_its_best_reading(detector):
    texts = {"title": "Vomak and quilhart", "description": "vornok, VORNAK, vornak, Quillhart"}
    found = inspected(detector, **texts).text
    assert {(one.field, one.reading) for one in found} == {
        ("description", "VORNAK"),
        ("description", "Quillhart"),
        ("title", "quilhart"),
        ("title", "Vomak"),
    }
    assert len(found) == 4
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_the_title_comes_first_among_equals(detector):
    found = inspected(detector, title="Vornak", description="Vornak").text
    assert [one.field for one in found] == ["title", "description"]


def test_threshold_and_policy_are_those_of_pictures(index, detector):
    (found,) = inspected(detector, title="vornakk").text
    mild = Policy(found.score / 2, (found.score + 1) / 2)
    assert inspected(Detector.open(index, policy=mild), title="vornakk").decision == "review"
    above = Detector.open(index, threshold=found.score + 0.001)
    listing = inspected(above, title="vornakk")
    assert (listing.text, listing.decision) == ((), "block")


def test_an_ordinary_word_alone_passes(detector):
    listing = inspected(detector, title="Sweet apple juice", description="zephyrix breeze")
    assert (listing.text, listing.decision) == ((), "pass")


def test_an_ordinary_word_counts_on_goods_of_its_class(detector):
    listing = inspected(detector, title="SHELL jacket, a sea shell", classes=[25, 9])
    (found,) = listing.text
    assert (found.mark, found.reading, found.score) == ("shell", "SHELL", MAX_LIKENESS)
    assert found.exact
    assert found.changes == ("same word",)
    assert "in its class of goods: 9" in found.hints
    assert listing.decision == "block"
    both = inspected(detector, description="shell", classes=(9, 4)).text
    assert both[0].hints == ("in its class of goods: 4, 9",)


@pytest.mark.parametrize(
    ("title", "classes"),
    [
        ("Shell jacket", ()),
        ("Shell jacket", (25,)),  # the mark is registered in others
        ("Apple juice", (9,)),  # the mark says no classes
        ("Coffee to go", (30,)),  # other words together
    ],
)
def test_else_it_stays_ordinary(detector, title, classes):
    listing = inspected(detector, title=title, classes=classes)
    assert (listing.text, listing.decision) == ((), "pass")


def test_classes_say_nothing_about_other_words(detector):
    told = {"title": "Vornak shirt, vornakk", "description": "Quilhart"}
    with_classes = inspected(detector, **told, classes=range(1, 46)).text
    assert with_classes == inspected(detector, **told).text


@pytest.mark.parametrize("wrong", [[46], [0], ["shoes"], [True], [2.5]])
def test_what_is_no_class_is_an_error(detector, wrong):
    with pytest.raises(UsageError, match="is not a Nice class") as caught:
        inspected(detector, classes=wrong)
    assert caught.value.remedy


def test_an_authorised_seller_passes(index, detector):
    for seen in (
        inspected(Detector.open(index, seller="seller-7"), title="Vornak"),
        inspected(detector, title="Vornak", seller="seller-7"),
    ):
        assert [one.authorised for one in seen.text] == [True]
        assert seen.decision == "pass"
    other = inspected(Detector.open(index, seller="seller-7"), title="Vornak", seller="stranger")
    assert other.decision == "block"


def test_a_photo_that_was_not_read_still_has_its_text(detector):
    listing = inspected(detector, Reading("a.jpg", "error", "gone"), title="Vornak")
    assert (listing.status, listing.decision) == ("error", "block")
    assert listing.text


def test_without_the_extra_only_a_text_is_refused(index, monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    detector = Detector.open(index)
    assert inspected(detector).decision == "pass"
    with pytest.raises(MissingExtra, match=r"detector\[words\]"):
        inspected(detector, title="Vornak")


@pytest.fixture(scope="module")
def texts():
    return ListingText(MARKS)


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["vornak", "VORN\u0410K", ""]))
def test_a_span_is_always_the_reading(texts, before, after, name):
    title, description = f"{before}{name}{after}", f"{after} {name} {before}"
    fields = {"title": title, "description": description}
    submission = Submission(Path("photo.jpg"), title, description)
    for one in (found.finding for found in texts.find(submission, date(2026, 11, 27))):
        assert fields[one.field][one.start : one.end] == one.reading
        assert 0 < one.score <= 1
