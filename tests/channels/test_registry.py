"""A channel is a module, an entry and a name: a toy proposes, scores and explains itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from detector import Detector, geometry, import_marks, load_marks, read_picture
from detector.channels.base import ChannelSpec, StoredFeatures
from detector.channels.registry import CHANNELS, budgets
from detector.errors import UsageError
from detector.records import Features, Measures, Proposal
from detector.scoring.scorer import Scorer, default_scorer
from detector.settings import Budget, Settings, WordSettings
from tests import scenes

QUIET = Settings(words=WordSettings(read=False))


class Brightness:
    """Compares mean colours: of no use but to be a channel."""

    def describe(self, picture):
        return self._described(picture.pixels)

    def describe_view(self, view):
        return self._described(view.pixels)

    def prepare(self, stored):
        return BrightnessSearcher(stored)

    def _described(self, pixels):
        height, width = pixels.shape[:2]
        frames = np.array([[width / 2, height / 2, width, 0]], np.float32)
        mean = pixels.mean(axis=(0, 1)).astype(np.uint8)[None]
        return Features(frames, mean, np.zeros(1, np.int16))


class BrightnessSearcher:
    def __init__(self, stored: StoredFeatures):
        self._stored = stored

    def search(self, photo, views=None):
        known = self._stored.references
        found = []
        for view, mean in zip(known.view.tolist(), known.features.descriptors, strict=True):
            apart = np.abs(mean.astype(float) - photo.descriptors[0].astype(float)).mean() / 255
            box = np.array([0, 0, *(2 * photo.frames[0, :2])], np.float32)
            pose = geometry.fit_box(self._stored.views.size_of(view), box)
            found.append(Proposal("brightness", view, Measures(distance=apart), pose))
        return sorted(found, key=lambda proposal: proposal.measures.distance)


TOY = ChannelSpec(
    name="brightness",
    settings=lambda _: None,
    factory=lambda _: Brightness(),
    stored=lambda _: {"version": 1},
    budget=Budget(poses=1),
    terms={"bright": lambda measures: 0.0 if np.isnan(measures.distance) else 1.0},
    wording=lambda measures: f"its mean colour is off by {measures.distance:.0%}",
    maskable=False,
)
EVERY = (*CHANNELS, TOY)


def scorer_with(weight):
    shipped = default_scorer()
    names, weights = (*shipped.names, "bright"), np.append(shipped.weights, weight)
    return Scorer(names, weights, shipped.intercept, shipped.threshold)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    home = tmp_path_factory.mktemp("toy")
    Image.fromarray(scenes.emblem()).save(home / "shield.png")
    import_marks(home / "index", load_marks([home / "shield.png"]), QUIET, channels=EVERY)
    return home / "index"


def photo(tmp_path):
    Image.fromarray(scenes.emblem()).save(tmp_path / "photo.png")
    return read_picture(tmp_path / "photo.png")


def test_a_toy_channel_proposes_scores_and_explains_itself(index, tmp_path):
    detector = Detector.open(index, settings=QUIET, channels=EVERY, scorer=scorer_with(0.5))
    reading = photo(tmp_path)
    proposed = {found.proposed_by for found in detector.detections(reading.pictures[0])}
    (finding,) = detector.inspect(reading).findings
    (piece,) = [piece for piece in finding.evidence if piece.channel == "brightness"]
    assert piece.measures.distance < 0.2
    assert any(reason.startswith("its mean colour is off by") for reason in finding.reasons)
    unweighed = Detector.open(index, settings=QUIET, channels=EVERY, scorer=scorer_with(0.0))
    assert finding.log_odds == pytest.approx(unweighed.inspect(reading).findings[0].log_odds + 0.5)
    alone = replace(QUIET, budgets={spec.name: Budget(poses=0) for spec in CHANNELS})
    detector = Detector.open(index, settings=alone, channels=EVERY)
    assert {f.proposed_by for f in detector.detections(reading.pictures[0])} == {"brightness"}
    assert proposed


def test_an_index_without_a_channels_features_is_refused(tmp_path):
    Image.fromarray(scenes.emblem()).save(tmp_path / "shield.png")
    import_marks(tmp_path / "index", load_marks([tmp_path / "shield.png"]), QUIET)
    with pytest.raises(UsageError, match="brightness"):
        Detector.open(tmp_path / "index", settings=QUIET, channels=EVERY)


def test_stored_features_of_another_version_are_refused(index):
    newer = replace(TOY, stored=lambda _: {"version": 2})
    with pytest.raises(UsageError, match="brightness"):
        Detector.open(index, settings=QUIET, channels=(*CHANNELS, newer))


@pytest.mark.parametrize(
    "change",
    [
        {"sift": {"ratio": 0.7}}, {"sift": {"cluster": 5}}, {"sift": {"photo_points": 500}},
        {"orb": {"tolerance": 0.05}}, {"shape": {"proposals": 8}}, {"shape": {"per_view": 1}},
        {"embedding": {"proposals": 100}}, {"embedding": {"step": 0.6}},
        {"regions": {"most": 10}}, {"alignment": {"rounds": (2.0, 1.0)}},
    ],
)  # fmt: skip
def test_settings_of_photos_alone_need_no_other_index(index, change):
    ((name, values),) = change.items()
    other = replace(QUIET, **{name: replace(getattr(QUIET, name), **values)})
    Detector.open(index, settings=other, channels=EVERY)


@pytest.mark.parametrize(
    "change",
    [
        {"sift": {"view_points": 100}}, {"orb": {"view_sides": (128,)}}, {"shape": {"ridge": 0.5}},
        {"embedding": {"turns": (0.0,)}}, {"alignment": {"points": 400}}, {"views": {"side": 256}},
    ],
)  # fmt: skip
def test_settings_of_views_need_another_index(index, change):
    ((name, values),) = change.items()
    other = replace(QUIET, **{name: replace(getattr(QUIET, name), **values)})
    with pytest.raises(UsageError, match="other settings"):
        Detector.open(index, settings=other, channels=EVERY)


def test_an_unknown_channel_in_the_budgets_is_named():
    with pytest.raises(UsageError, match=r"no channel sitf.*Channels are: sift"):
        budgets(CHANNELS, replace(QUIET, budgets={"sitf": Budget(3)}))


@pytest.mark.parametrize("values", [{"poses": -1}, {"poses": 3, "likely_marks": -1}])
def test_a_budget_below_nothing_is_refused(values):
    with pytest.raises(UsageError, match="below 0"):
        Budget(**values)
