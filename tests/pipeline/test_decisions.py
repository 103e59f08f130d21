"""Decisions rest on everything that was found, whoever may use what and whatever is shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import cv2
import numpy as np
import pytest
from PIL import Image

from detector import Detector, import_marks, load_marks, read_picture
from detector.errors import PolicyError, UsageError
from detector.scoring.policy import Policy, decide
from detector.settings import settings_for_words
from tests import scenes

TRUSTED, DAY = "seller-7", date(2026, 11, 27)


def label():
    """A label of our own that carries the ring, as an authorised seller might enrol it."""
    picture = np.full((360, 520, 3), (235, 225, 200), np.uint8)
    cv2.rectangle(picture, (12, 12), (507, 347), (90, 40, 20), 8)
    cv2.putText(picture, "HARVEST", (30, 90), 2, 2.2, (90, 40, 20), 6, cv2.LINE_AA)
    for row in range(4):
        cv2.line(picture, (40, 150 + 44 * row), (250, 150 + 44 * row), (90, 40, 20), 7)
    picture[130:310, 300:480] = cv2.resize(scenes.ring(), (180, 180), interpolation=cv2.INTER_AREA)
    return picture


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    for name, pixels in (("label", label()), ("ring", scenes.ring()), ("shield", scenes.emblem())):
        Image.fromarray(pixels).save(home / f"{name}.png")
    (home / "marks.csv").write_text(
        "id,name,image,authorised_sellers,valid_until\n"
        f"label,Harvest label,label.png,{TRUSTED},\n"
        "ring,Ring,ring.png,,\nshield,Shield,shield.png,,2026-11-26\n"
    )
    import_marks(home / "index", load_marks([home / "marks.csv"]), settings_for_words(False))
    return home / "index"


def opened(index, **options):
    return Detector.open(index, settings=settings_for_words(False), **options)


def read(tmp_path, pixels):
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return read_picture(tmp_path / "photo.png")


@pytest.fixture
def labelled(tmp_path):
    photo = np.full((640, 640, 3), 150, np.uint8)
    return read(tmp_path, scenes.laid(photo, label(), scenes.pose(60, 140, 1.0)))


def test_an_authorised_label_hides_no_infringement_in_it(index, labelled):
    listing = opened(index, seller=TRUSTED).inspect(labelled)
    by_mark = {finding.mark: finding for finding in listing.findings}
    assert by_mark["label"].authorised
    assert not by_mark["ring"].authorised
    assert listing.decision == "block"


def test_an_authorised_copy_of_the_same_outline_hides_no_other_mark(tmp_path_factory, tmp_path):
    """Two marks of one look, of which the seller may use one: the other counts."""
    home = tmp_path_factory.mktemp("twins")
    Image.fromarray(scenes.emblem()).save(home / "a.png")
    like = scenes.emblem()
    like[180:232, 100:200] = (20, 60, 150)
    Image.fromarray(like).save(home / "b.png")
    (home / "marks.csv").write_text(
        f"id,name,image,authorised_sellers\na,A,a.png,{TRUSTED}\nb,B,b.png,\n"
    )
    import_marks(home / "index", load_marks([home / "marks.csv"]), settings_for_words(False))
    photo = read(tmp_path, scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(90, 90, 0.8)))
    own = opened(home / "index", seller=TRUSTED).inspect(photo)
    assert "b" in {finding.mark for finding in own.findings}
    assert own.decision != "pass"


@pytest.mark.parametrize("shown", [{"top": 1}, {"threshold": 1.0}, {"top": 1, "threshold": 0.999}])
def test_what_is_shown_changes_no_decision(index, labelled, shown):
    everything = opened(index, seller=TRUSTED).inspect(labelled)
    few = opened(index, seller=TRUSTED, **shown).inspect(labelled)
    assert few.decision == everything.decision == "block"
    assert few.scores == everything.scores
    assert len(few.findings) < len(everything.findings)


def test_a_decision_is_made_again_from_the_record_alone(index, labelled):
    detector = opened(index, seller=TRUSTED, top=1)
    listing = detector.inspect(labelled)
    assert decide(listing, detector.policy, detector.rights, DAY).decision == listing.decision
    assert decide(listing, Policy(1.0, 1.0), detector.rights, DAY).decision == "pass"


def test_an_expired_right_is_shown_and_blocks_nothing(index, tmp_path):
    photo = read(tmp_path, scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(90, 90, 0.8)))
    expired = opened(index).inspect(photo, day=DAY)
    assert (expired.findings[0].mark, expired.findings[0].expired) == ("shield", True)
    assert expired.decision == "pass"
    valid = opened(index).inspect(photo, day=date(2026, 11, 26))
    assert (valid.findings[0].expired, valid.decision) == (False, "block")


@pytest.mark.parametrize("copies", [2, 3, 5])
def test_each_copy_of_a_mark_is_a_finding_in_its_place(index, tmp_path, copies):
    photo = np.full((700, 700, 3), 120, np.uint8)
    places = [(20, 20), (260, 40), (490, 180), (80, 430), (400, 450)][:copies]
    for number, (x, y) in enumerate(places):
        pose = scenes.pose(x, y, 0.55, 4 * number)
        photo = scenes.laid(photo, scenes.emblem(), pose)
    listing = opened(index).inspect(read(tmp_path, photo))
    found = [finding for finding in listing.findings if finding.mark == "shield"]
    assert [finding.instance for finding in found] == list(range(1, copies + 1))
    assert [f.score for f in found] == sorted((f.score for f in found), reverse=True)
    middles = [finding.quad.mean(axis=0) for finding in found]
    for number, (x, y) in enumerate(places):
        true = scenes.pose(x, y, 0.55, 4 * number) @ (150, 150, 1)
        assert min(np.linalg.norm(middle - true[:2]) for middle in middles) < 20
    assert len({finding.fingerprint for finding in found}) == copies


def test_one_copy_is_one_finding(index, tmp_path):
    photo = read(tmp_path, scenes.laid(scenes.ground(1), scenes.emblem(), scenes.pose(90, 90, 0.8)))
    assert [(f.mark, f.instance) for f in opened(index).inspect(photo).findings] == [("shield", 1)]


def test_a_fingerprint_does_not_move_with_the_outline(index, tmp_path):
    pixels = scenes.laid(scenes.ground(1), scenes.emblem(), scenes.pose(90, 90, 0.8))
    photo = read(tmp_path, pixels)
    detector = opened(index)
    (found,) = detector.detections(photo.pictures[0])[:1]
    moved = scenes.pose(7.9, 8.2, 1.0) @ found.pose
    first = detector.finding(found, photo.digest)
    other = detector.finding(type(found)(*fields_of(found, pose=moved)), photo.digest)
    assert first.fingerprint == other.fingerprint
    assert detector.finding(found, "another photo").fingerprint != first.fingerprint


def fields_of(detection, **changes):
    """The values of a detection in the order of its fields, some changed."""
    return [changes.get(name, getattr(detection, name)) for name in detection.__slots__]


def test_a_fault_in_one_candidate_costs_no_other_its_finding(index, labelled, monkeypatch):
    from detector.verification import pose_refinement

    align, failing = pose_refinement.refine, []

    def sometimes(edges, stack, poses, rounds):
        failing[:] = failing or [poses[1]]
        if any((pose == failing[0]).all() for pose in poses):
            raise ZeroDivisionError("no edges at all")
        return align(edges, stack, poses, rounds)

    monkeypatch.setattr(pose_refinement, "refine", sometimes)
    listing = opened(index).inspect(labelled)
    assert listing.findings
    assert listing.status == "partial"
    assert "could not be examined for" in listing.message


def test_a_fault_in_one_finding_costs_no_other(index, labelled, monkeypatch):
    from detector.verification import local_comparison

    difference, calls = local_comparison.compare_locally, []

    def sometimes(*given):
        calls.append(given)
        if len(calls) == 1:
            raise ZeroDivisionError("no edges at all")
        return difference(*given)

    monkeypatch.setattr(local_comparison, "compare_locally", sometimes)
    listing = opened(index).inspect(labelled)
    assert len(listing.findings) == 1
    assert (listing.status, listing.decision) == ("partial", "block")


def test_threads_share_a_detector(index, tmp_path):
    """Photos of one mark each, many times at once: each gets its own answer."""
    detector, photos = opened(index), []
    for number, mark in enumerate([scenes.emblem(), scenes.ring(), label()]):
        pose = scenes.pose(40 + 20 * number, 50, 0.7)
        photos.append(read(tmp_path, scenes.laid(scenes.ground(number), mark, pose)))
    alone = [plain(detector.inspect(photo)) for photo in photos]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda photo: plain(detector.inspect(photo)), photos * 4))
    assert together == alone * 4


def plain(listing):
    return [(f.mark, f.instance, f.log_odds, f.quad.tolist()) for f in listing.findings]


def test_what_does_not_count_gives_way_to_what_does(index, tmp_path):
    """Copies of an expired mark do not crowd out the mark that decides."""
    photo = np.full((700, 700, 3), 120, np.uint8)
    for x, y in [(20, 20), (260, 40), (490, 180), (80, 430)]:
        photo = scenes.laid(photo, scenes.emblem(), scenes.pose(x, y, 0.55))
    photo = scenes.laid(photo, scenes.ring(), scenes.pose(430, 470, 0.5))
    detector = opened(index, top=2)
    listing = detector.inspect(read(tmp_path, photo), day=DAY)
    assert "ring" in {finding.mark for finding in listing.findings}
    assert all(finding.actionable for finding in listing.findings)
    assert listing.decision == "block"
    assert listing.unshown(detector.policy.review) == ()


def test_excused_scores_are_never_said_to_be_hidden(index, tmp_path):
    photo = read(tmp_path, scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(90, 90, 0.8)))
    listing = opened(index, threshold=1.0).inspect(photo, day=DAY)
    assert (listing.findings, listing.decision) == ((), "pass")
    assert listing.scores[0].excused
    assert listing.unshown(0.1) == ()
    assert len(opened(index, threshold=1.0).inspect(photo, day=date(2026, 1, 1)).unshown(0.1)) == 1


@pytest.mark.parametrize("wrong", [float("nan"), -0.1, 1.5])
def test_a_threshold_that_is_no_probability_is_refused(index, wrong):
    with pytest.raises(UsageError, match="threshold"):
        opened(index, threshold=wrong)
    with pytest.raises(PolicyError, match="thresholds"):
        Policy(wrong, 0.9)
    with pytest.raises(PolicyError, match="thresholds"):
        Policy(0.5, wrong)
