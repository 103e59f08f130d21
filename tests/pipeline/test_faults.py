"""A fault in one candidate costs no other its result."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from detector import Detector, import_marks, load_marks, read_picture
from detector.channels.edge_templates import EdgeTemplateSearcher
from detector.channels.embedding import EmbeddingChannel, EmbeddingSearcher
from detector.errors import IndexDamaged, MissingExtra
from detector.pipeline import findings, mark_search, refine_poses
from detector.pipeline.compare import compare
from detector.pipeline.faults import attempt, isolated
from detector.pipeline.own_pictures import OwnPictures
from detector.pipeline.score_in_context import ContextScorer
from detector.pipeline.supporting_evidence import SupportingEvidence
from detector.settings import Settings, WordSettings
from tests import scenes

SETTINGS = Settings(words=WordSettings(read=False))


def halves(batch):
    """Fails for the whole batch if one number is odd."""
    if any(number % 2 for number in batch):
        raise ZeroDivisionError
    return [number // 2 for number in batch]


@given(st.lists(st.integers(0, 50)))
def test_every_item_has_its_result_in_order(numbers):
    faults = []
    found = isolated(halves, numbers, lambda number, error: faults.append((number, error)))
    assert found == [None if number % 2 else number // 2 for number in numbers]
    assert [number for number, _ in faults] == [number for number in numbers if number % 2]


def test_a_batch_without_a_fault_is_one_call():
    calls = []
    found = isolated(lambda batch: calls.append(1) or list(batch), [1, 2, 3], lambda *_: None)
    assert (found, len(calls)) == ([1, 2, 3], 1)


def test_a_damaged_index_is_no_fault_of_a_candidate():
    def damaged(_):
        raise IndexDamaged("a file is gone", remedy="Import the marks again.")

    with pytest.raises(IndexDamaged):
        isolated(damaged, [1, 2], lambda *_: None)


def test_an_attempt_that_fails_has_the_result_of_its_fault():
    def failing():
        raise ZeroDivisionError("nothing to divide by")

    assert attempt(lambda: 3, lambda _: 4) == 3
    assert attempt(failing, str) == "nothing to divide by"


def test_an_attempt_raises_what_is_not_the_photos_fault():
    def missing():
        raise MissingExtra("rapidocr", "ocr")

    with pytest.raises(MissingExtra):
        attempt(missing, lambda _: None)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    home = tmp_path_factory.mktemp("marks")
    Image.fromarray(scenes.emblem()).save(home / "shield.png")
    Image.fromarray(scenes.ring()).save(home / "ring.png")
    import_marks(home / "index", load_marks([home]), SETTINGS)
    return home / "index"


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    pixels = scenes.laid(scenes.ground(0), scenes.emblem(), scenes.pose(20, 40, 0.6))
    pixels = scenes.laid(pixels, scenes.ring(), scenes.pose(240, 220, 0.6))
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    Image.fromarray(pixels).save(path)
    return read_picture(path)


def failing_for(detector, mark, function):
    """`function`, failing where one of its arguments is or holds something of a mark."""
    row = [one.id for one in detector.index.marks].index(mark)
    views = {view for view, of in enumerate(detector.candidates.views.marks) if of == row}

    def concerns(value):
        if isinstance(value, list | tuple):
            return any(concerns(one) for one in value)
        view = value if isinstance(value, int) else getattr(value, "view", None)
        return view in views or getattr(value, "mark", None) in (row, mark)

    def broken(*args, **options):
        if any(concerns(one) for one in args):
            raise ZeroDivisionError("on purpose")
        return function(*args, **options)

    return broken


STEPS = {
    "quick check": (refine_poses.PoseRefiner, "_edge_grid"),
    "confirmation": (EdgeTemplateSearcher, "_likeness_at"),
    "supporting evidence": (SupportingEvidence, "beside"),
    "context": (ContextScorer, "_piece"),
    "further instances": (mark_search.MarkSearch, "_searched_further"),
    "local comparison": (findings, "_compared"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_in_one_mark_costs_no_other_its_finding(index, photo, monkeypatch, step):
    detector = Detector.open(index, settings=SETTINGS)
    whole = detector.inspect(photo)
    assert {finding.mark for finding in whole.findings} == {"shield", "ring"}
    place, name = STEPS[step]
    monkeypatch.setattr(place, name, failing_for(detector, "ring", getattr(place, name)))
    listing = Detector.open(index, settings=SETTINGS).inspect(photo)
    assert "shield" in {finding.mark for finding in listing.findings}
    assert (listing.status, listing.decision) == ("partial", whole.decision)
    assert "could not be examined for: ring. Please report it" in listing.message


@pytest.mark.parametrize(
    ("place", "name", "channel"),
    [
        (EmbeddingChannel, "describe", "embedding"),
        (EmbeddingSearcher, "search", "embedding"),
        (OwnPictures, "proposals", "hashes"),
    ],
)
def test_a_fault_in_one_channel_leaves_the_others(index, photo, monkeypatch, place, name, channel):
    monkeypatch.setattr(place, name, always_failing)
    listing = Detector.open(index, settings=SETTINGS).inspect(photo)
    assert "shield" in {finding.mark for finding in listing.findings}
    assert listing.status == "partial"
    assert f"could not be searched by: {channel}. Please report it" in listing.message


def always_failing(*_, **__):
    raise ZeroDivisionError("on purpose")


def test_a_comparison_that_fails_hides_no_finding(index, photo, monkeypatch):
    """Whether a nested sign is another's misread: in doubt it is one of its own."""
    monkeypatch.setattr(mark_search, "DrawnMark", always_failing)
    listing = Detector.open(index, settings=SETTINGS).inspect(photo)
    assert {finding.mark for finding in listing.findings} == {"shield", "ring"}


def test_a_fault_in_compare_is_an_answer(photo, monkeypatch, tmp_path):
    Image.fromarray(scenes.ring()).save(tmp_path / "ring.png")
    (source,) = load_marks([tmp_path / "ring.png"])
    monkeypatch.setattr(findings.local_comparison, "compare_locally", always_failing)
    listing = compare(source, photo, SETTINGS)
    assert (listing.status, listing.findings) == ("partial", ())
    assert "could not be examined for: ring" in listing.message
