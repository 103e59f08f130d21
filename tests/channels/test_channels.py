"""What every channel promises, and what each is there for."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from detector import geometry
from detector.channels.edge_templates import EdgeTemplateChannel
from detector.channels.embedding import EmbeddingChannel
from detector.channels.hashes import HashChannel
from detector.channels.keypoints import KeypointChannel
from detector.channels.regions import RegionChannel
from detector.channels.registry import CHANNELS
from detector.channels.words import WordChannel
from detector.marks.views import derive_views
from detector.records import ChannelName, Picture, Proposal, View
from detector.settings import EdgeTemplateSettings, KeypointSettings
from tests import scenes
from tests.channels.stored import searcher

QUICK = EdgeTemplateSettings(backgrounds=4)


def channel(name):
    return {
        "sift": KeypointChannel,
        "orb": lambda: KeypointChannel(KeypointSettings(feature="orb")),
        "shape": lambda: EdgeTemplateChannel(QUICK),
        "regions": RegionChannel,
        "hashes": HashChannel,
        "words": WordChannel,
        "embedding": EmbeddingChannel,
    }[name]()


NAMES = ("sift", "orb", "shape", "regions", "hashes", "words", "embedding")


@pytest.fixture(scope="module")
def views() -> list[View]:
    return [
        *derive_views("shield", "a.png", scenes.emblem()),
        *derive_views("ring", "b.png", scenes.ring()),
    ]


def found(name, views, pixels) -> list[Proposal]:
    made = channel(name)
    return searcher(made, views).search(made.describe(Picture(pixels)))


def centre(proposal: Proposal, views) -> np.ndarray:
    height, width = views[proposal.view].pixels.shape[:2]
    return geometry.project(proposal.pose, np.array([[width / 2, height / 2]]))[0]


def test_all_channels_are_listed_under_their_names():
    assert sorted(spec.name for spec in CHANNELS) == sorted(NAMES) == sorted(get_args(ChannelName))


@pytest.mark.parametrize("name", NAMES)
def test_a_search_of_some_views_is_that_of_an_index_without_the_others(name, views):
    """But for their rows: what is left out must play no part."""
    photo = scenes.laid(scenes.ground(1), scenes.emblem(), scenes.pose(90, 110, 0.6))
    made = channel(name)
    features = made.describe(Picture(photo))
    few = [row for row, view in enumerate(views) if view.mark == "ring"]
    some = searcher(made, views).search(features, few)
    alone = searcher(made, [views[row] for row in few]).search(features)
    assert [(few[p.view], p.measures.items()) for p in alone] == [
        (p.view, p.measures.items()) for p in some
    ]


@pytest.mark.parametrize("name", NAMES)
def test_features_are_of_one_length_and_type(name, views):
    one = channel(name)
    for features in (one.describe(Picture(scenes.ground())), one.describe_view(views[0])):
        assert features.frames.shape == (len(features), 4)
        assert features.frames.dtype == np.float32
        assert features.descriptors.dtype in (np.uint8, np.float16)
        assert len(features.descriptors) == len(features.labels) == len(features)


@pytest.mark.parametrize("name", NAMES)
def test_same_picture_gives_same_evidence(name, views):
    photo = scenes.laid(scenes.ground(1), scenes.emblem(), scenes.pose(90, 110, 0.6))
    first, again = found(name, views, photo), found(name, views, photo)
    assert [(a.view, a.measures) for a in first] == [(b.view, b.measures) for b in again] or all(
        a.view == b.view and a.measures.items() == b.measures.items()
        for a, b in zip(first, again, strict=True)
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_photo_raises_nothing(name, views):
    for side in (1, 7, 40, 300):
        found(name, views, np.full((side, side, 3), 128, np.uint8))


@pytest.mark.parametrize("name", ["sift", "orb", "shape", "regions"])
def test_mark_in_a_photo_is_found_in_its_place(name, views):
    pose = scenes.pose(120, 140, 0.45)
    quiet = np.full((448, 448, 3), 120, np.uint8)
    photo = scenes.laid(quiet if name == "regions" else scenes.ground(0), views[0].pixels, pose)
    height, width = views[0].pixels.shape[:2]
    true = geometry.project(pose, np.array([[width / 2, height / 2]]))[0]
    proposed = found(name, views, photo)[:6]
    assert views[proposed[0].view].mark == "shield"
    off = [np.linalg.norm(centre(one, views) - true) for one in proposed]
    assert min(off) < 30


@pytest.mark.parametrize("name", ["sift", "orb"])
def test_turned_and_inverted_mark_is_found_by_points(name, views):
    photo = scenes.laid(scenes.ground(2), 255 - scenes.emblem(), scenes.pose(220, 90, 0.8, 35))
    best = found(name, views, photo)[0]
    assert views[best.view].mark == "shield"
    assert best.measures.inliers >= 6


def test_shape_does_not_mind_polarity(views):
    pose = scenes.pose(100, 100, 0.5)
    plain = found("shape", views, scenes.laid(scenes.ground(3), scenes.emblem(), pose))
    turned = found("shape", views, scenes.laid(scenes.ground(3), 255 - scenes.emblem(), pose))
    assert views[plain[0].view].mark == views[turned[0].view].mark == "shield"


def test_shape_stands_out_only_where_the_mark_is(views):
    clean = found("shape", views, scenes.ground(4))[0].measures.likeness
    photo = scenes.laid(scenes.ground(4), scenes.emblem(), scenes.pose(60, 60, 0.5))
    assert found("shape", views, photo)[0].measures.likeness > clean + 2


def test_whole_copies_are_found_by_hashes_in_both_polarities(views):
    for pixels in (views[0].pixels, 255 - views[0].pixels):
        best = found("hashes", views, pixels)[0]
        assert views[best.view].mark == "shield"
        assert best.measures.distance < 0.08


@pytest.mark.parametrize("name", ["hashes", "regions"])
def test_the_inverse_of_a_flat_mark_is_its_own_hash(name):
    """On a flat ground many bits of a dhash are 0 in both polarities."""
    flat = np.full((160, 240, 3), 255, np.uint8)
    for top in (20, 80, 120):  # bars: neighbours from left to right are equal
        flat[top : top + 20, 20:220] = (150, 20, 40)
    views = derive_views("plate", "b.png", flat)
    described = {view.inverted: channel(name).describe_view(view) for view in reversed(views)}
    plain, inverted = (described[polarity].descriptors[0] for polarity in (False, True))
    equal_in_both = np.bitwise_count(~(plain ^ inverted)[:16].astype(np.uint8)).sum()
    assert equal_in_both > 8
    proposed = searcher(channel("hashes"), views).search(
        channel("hashes").describe(Picture(255 - views[0].pixels))
    )
    assert views[proposed[0].view].inverted
    assert proposed[0].measures.distance == 0


def test_points_on_one_photo_place_count_once(views):
    for one in found("sift", views, scenes.emblem()):
        assert one.measures.inliers <= len(np.unique(one.matches[:, 2:].round(), axis=0))


@pytest.mark.parametrize("name", NAMES)
def test_a_photo_with_features_and_no_match_raises_nothing(name, views):
    """Few points, no two of which agree: found by hostile pictures."""
    random = np.random.default_rng(5)
    for _ in range(6):
        small = random.integers(0, 256, (12, 16, 3), dtype=np.uint8).repeat(4, 0).repeat(4, 1)
        found(name, views[:1], small)
