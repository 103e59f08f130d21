"""Signs that are nobody's explain what is only them, and hide nothing that is really there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pytest
from PIL import Image

from detector import Detector, Submission, import_marks, load_marks
from detector.pictures.reader import read_picture
from detector.pipeline.compare import compare
from detector.pipeline.drawn_mark import DrawnMark
from detector.scoring.policy import Policy, decide
from detector.scoring.scorer import default_scorer
from detector.serialise.jsonl import listing_from_json, listing_to_json
from detector.settings import settings_for_words
from tests import scenes

DAY = date(2026, 11, 27)
INK, SEAL_MIDDLE = (20, 20, 20), 311


def bowl():
    """A mark of our own: a bowl with a wavy brim."""
    picture = np.full((240, 300, 3), 255, np.uint8)
    sides = np.array([[30, 60], [60, 210], [240, 210], [270, 60]], np.int32)
    cv2.polylines(picture, [sides], False, INK, 14, cv2.LINE_AA)
    x = np.linspace(20, 280, 40)
    brim = np.stack([x, 60 + 14 * np.sin((x - 20) * 6 * np.pi / 260)], axis=1)
    cv2.polylines(picture, [brim.astype(np.int32)], False, INK, 12, cv2.LINE_AA)
    return picture


def tub():
    """A washing symbol that resembles it: the same, with a temperature in it."""
    return cv2.putText(bowl(), "30", (105, 175), 2, 2.6, INK, 8, cv2.LINE_AA)


def seal():
    """A certification sign whose middle is empty: a ring with ticks."""
    picture = np.full((420, 420, 3), 255, np.uint8)
    cv2.circle(picture, (210, 210), 195, (30, 120, 60), 18, cv2.LINE_AA)
    for turn in np.deg2rad(np.arange(0, 360, 15)):
        ends = [(int(210 + r * np.cos(turn)), int(210 + r * np.sin(turn))) for r in (168, 185)]
        cv2.line(picture, *ends, (30, 120, 60), 7, cv2.LINE_AA)
    return picture


def imported(home, kind):
    """An index of the marks bowl and shield, and of the signs tub and seal as marks of `kind`."""
    pictures = {"bowl": bowl(), "shield": scenes.emblem(), "tub": tub(), "seal": seal()}
    for name, pixels in pictures.items():
        Image.fromarray(pixels).save(home / f"{name}.png")
    (home / "marks.csv").write_text(
        "id,name,kind,image,words\nbowl,Bowl,logo,bowl.png,\nshield,Shield,logo,shield.png,\n"
        f"tub,Wash at 30,{kind},tub.png,Cotton\nseal,Green seal,{kind},seal.png,\n"
    )
    import_marks(home / "index", load_marks([home / "marks.csv"]), settings_for_words(False))
    return home / "index"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("signs"), "ignore")


@pytest.fixture
def inspect(index, tmp_path):
    def inspected(pixels, **submitted):
        Image.fromarray(pixels).save(tmp_path / "photo.png")
        return opened(index).inspect(Submission(tmp_path / "photo.png", **submitted))

    return inspected


# The rule is tested on evidence alone: with context a sign's rivals often need no explanation.
EVIDENCE = replace(default_scorer(), trees=None, inputs=(), threshold=0.0947)


def opened(index, **options):
    return Detector.open(index, settings=settings_for_words(False), scorer=EVIDENCE, **options)


def grey():
    return np.full((640, 640, 3), 190, np.uint8)


def scores_of(listing, mark):
    return [score for score in listing.scores if score.mark == mark]


@pytest.mark.parametrize("scale", [0.3, 0.6, 1.0])
def test_a_sign_explains_the_mark_that_it_is_taken_for(inspect, scale):
    listing = inspect(scenes.laid(grey(), tub(), scenes.pose(150, 150, scale, 5)))
    assert (listing.findings, listing.decision) == ((), "pass")
    (best, *_), (sign, *_) = scores_of(listing, "bowl"), scores_of(listing, "tub")
    assert [one.mark for one in best.explained_by] == ["tub"]
    assert best.explained_by[0].odds >= 1
    assert best.score > 0.5
    assert listing.explained == (best,)
    assert listing.unshown(0.1) == ()
    assert (sign.kind, best.kind) == ("ignore", "logo")


def test_without_being_ignored_the_sign_and_the_mark_are_findings(tmp_path):
    detector = opened(imported(tmp_path, "design"))
    pixels = scenes.laid(grey(), tub(), scenes.pose(150, 150, 0.3, 5))
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    listing = detector.inspect(read_picture(tmp_path / "photo.png"))
    assert "tub" in {finding.mark for finding in listing.findings}
    assert listing.decision == "block"


def test_a_mark_that_cannot_be_compared_with_the_sign_is_found_and_told(inspect, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(DrawnMark, "agreement", broken)
    listing = inspect(scenes.laid(grey(), tub(), scenes.pose(150, 150, 0.3, 5)))
    assert not any(score.explained_by for score in scores_of(listing, "bowl"))
    assert listing.status == "partial"
    assert listing.decision != "pass"
    assert "could not be examined for: bowl" in listing.message


def test_the_mark_itself_is_no_sign(inspect):
    listing = inspect(scenes.laid(grey(), bowl(), scenes.pose(150, 150, 0.6, 5)))
    assert listing.decision == "block"
    assert [finding.mark for finding in listing.findings] == ["bowl"]


def test_a_decision_is_the_same_from_the_record(index, inspect):
    detector = opened(index)
    for mark in (tub(), bowl()):
        listing = inspect(scenes.laid(grey(), mark, scenes.pose(150, 150, 0.6, 5)))
        read = listing_from_json(listing_to_json(listing))
        for policy in (detector.policy, Policy(0.0001, 0.3), Policy(0.9, 0.99)):
            decision = decide(listing, policy, detector.rights, DAY).decision
            assert decide(read, policy, detector.rights, DAY).decision == decision
        assert decide(read, detector.policy, detector.rights, DAY).decision == listing.decision


def in_seal(mark, scale, blur):
    """A mark in the empty middle of the seal, blurred so that the seal is the surer one."""
    photo = scenes.laid(grey(), seal(), scenes.pose(80, 80, 1.1))
    soft = cv2.GaussianBlur(mark, (0, 0), blur) if blur else mark
    corner = SEAL_MIDDLE - 150 * scale
    y, x = np.mgrid[:640, :640]
    middle = (x - SEAL_MIDDLE) ** 2 + (y - SEAL_MIDDLE) ** 2 < 170**2
    inner = scenes.laid(np.full_like(photo, 255), soft, scenes.pose(corner, corner, scale))
    return np.where(middle[..., None], inner, photo).astype(np.uint8)


@pytest.mark.parametrize(("scale", "blur"), [(0.6, 0), (0.6, 13), (0.7, 12)])
def test_a_sign_hides_no_mark_that_was_put_into_it(inspect, scale, blur):
    listing = inspect(in_seal(scenes.emblem(), scale, blur))
    (shield, *_), (sign, *_) = scores_of(listing, "shield"), scores_of(listing, "seal")
    assert (sign.log_odds > shield.log_odds) == bool(blur)
    assert [finding.mark for finding in listing.findings] == ["shield"]
    assert listing.decision != "pass"


@pytest.mark.parametrize("blur", [2, 8])
def test_a_sign_beside_a_mark_does_not_draw_it_away(inspect, blur):
    """The mark is found best on the sign, and counts all the same where it really is."""
    mark = cv2.GaussianBlur(bowl(), (0, 0), blur)
    photo = scenes.laid(grey(), tub(), scenes.pose(60, 60, 0.9))
    listing = inspect(scenes.laid(photo, mark, scenes.pose(380, 400, 0.4, 12)))
    on_sign = scores_of(listing, "bowl")[0]
    assert on_sign.explained_by
    (found,) = listing.findings
    assert found.log_odds < on_sign.log_odds
    assert found.box[0] > 300
    assert listing.decision != "pass"


@pytest.mark.parametrize("blur", [0, 6, 9])
def test_a_sign_stuck_on_a_mark_does_not_hide_it(inspect, blur):
    mark = cv2.GaussianBlur(bowl(), (0, 0), blur) if blur else bowl()
    photo = scenes.laid(grey(), mark, scenes.pose(60, 60, 1.6))
    listing = inspect(scenes.laid(photo, tub(), scenes.pose(220, 190, 0.4)))
    (found,) = listing.findings
    assert found.box[2] - found.box[0] > 300
    assert listing.decision != "pass"


def test_a_sign_suppresses_no_mark(inspect):
    """Nor does a detection that a sign explains: what does not count hides nothing that does."""
    for pixels in (in_seal(scenes.emblem(), 0.7, 12), in_seal(bowl(), 0.8, 0)):
        for score in inspect(pixels).scores:
            assert {rival.mark for rival in score.suppressed_by} <= {"bowl", "shield"}


def test_a_sign_is_no_finding_in_texts(inspect):
    pixels = scenes.laid(grey(), tub(), scenes.pose(150, 150, 0.6))
    listing = inspect(pixels, title="Cotton shirt, wash at 30", description="Green seal")
    assert (listing.text, listing.decision) == ((), "pass")
    assert {score.where for score in listing.scores} == {"photo"}


def test_a_sign_is_compared_like_a_mark(tmp_path):
    Image.fromarray(tub()).save(tmp_path / "tub.png")
    Image.fromarray(scenes.laid(grey(), tub(), scenes.pose(150, 150, 0.6))).save(tmp_path / "p.jpg")
    (tmp_path / "mark.toml").write_text('kind = "ignore"\nviews = ["tub.png"]\n')
    source = load_marks([tmp_path])[0]
    listing = compare(source, read_picture(tmp_path / "p.jpg"), settings_for_words(False))
    assert len(listing.findings) == 1
    assert listing.findings[0].score > 0.9


def test_a_sign_explains_no_larger_mark_that_holds_it(tmp_path):
    for name, pixels in (("star", scenes.emblem()), ("vornak", scenes.emblem_with_word())):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    (tmp_path / "marks.csv").write_text(
        "id,kind,image\nstar,ignore,star.png\nvornak,logo,vornak.png\n"
    )
    marks = load_marks([tmp_path / "marks.csv"])
    import_marks(tmp_path / "index", marks, settings_for_words(False))
    Image.fromarray(scenes.laid(grey(), scenes.emblem(), scenes.pose(100, 60, 1.0))).save(
        tmp_path / "photo.png"
    )
    listing = opened(tmp_path / "index").inspect(read_picture(tmp_path / "photo.png"))
    (sign, *_), (mark, *_) = scores_of(listing, "star"), scores_of(listing, "vornak")
    assert sign.log_odds > mark.log_odds
    assert (mark.explained_by, listing.decision) == ((), "block")
