"""The learned channel: real pictures through the shipped network."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import cv2
import numpy as np
import pytest

from detector import geometry
from detector.channels import embedding_model
from detector.channels.embedding import EmbeddingChannel
from detector.channels.embedding_background import MIN_WINDOWS, distinct_windows
from detector.channels.embedding_model import SHAPES, STRIDE, vectors_of
from detector.channels.embedding_windows import cosines_at
from detector.errors import UsageError
from detector.marks.views import derive_views
from detector.records import Picture
from detector.settings import EmbeddingSettings
from tests import scenes
from tests.channels.stored import references, searcher


@pytest.fixture(scope="module")
def channel():
    return EmbeddingChannel()


def views_of(*pictures):
    return [derive_views(f"m{n}", "a.png", one)[0] for n, one in enumerate(pictures)]


def long_word():
    picture = np.full((100, 520, 3), 255, np.uint8)
    cv2.putText(picture, "VORNAKEL", (12, 76), 2, 2.6, (150, 30, 90), 7, cv2.LINE_AA)
    return picture


# --- the network -----------------------------------------------------------------------------


def test_every_window_has_a_unit_vector():
    pixels = np.random.default_rng(1).integers(0, 256, (2, 96, 160, 3), np.uint8)
    for shape, found in zip(SHAPES, vectors_of(pixels), strict=True):
        rows, columns = (96 - shape.height) // STRIDE + 1, (160 - shape.width) // STRIDE + 1
        assert found.shape == (2, rows, columns, embedding_model.DIMENSIONS)
        assert np.allclose(np.linalg.norm(found, axis=3), 1, atol=1e-4)


def test_a_window_is_the_same_wherever_it_lies():
    """Far from the rim the vector of a window does not depend on where it was cut out."""
    photo = np.random.default_rng(2).integers(0, 256, (20, 30, 3), np.uint8)
    photo = cv2.resize(photo, (480, 320), interpolation=cv2.INTER_CUBIC)
    whole = vectors_of(photo[None])[0][0]
    moved = vectors_of(np.ascontiguousarray(photo[None, 64:, 96:]))[0][0]
    there, here = whole[8:12, 12:20].reshape(-1, 128), moved[4:8, 6:14].reshape(-1, 128)
    assert (there * here).sum(axis=1).min() > 0.98


def test_the_network_computes_what_was_trained():
    """Near the vectors of torch, from which those in whole numbers differ a little."""
    known = np.load(files("tests.channels").joinpath("embedding_probe.npz"))
    for name, found in zip(("square", "wide"), vectors_of(known["pixels"]), strict=True):
        cosines = (np.moveaxis(found, 3, 1) * known[name]).sum(axis=1)
        assert cosines.min() > 0.98


def test_another_model_is_refused(monkeypatch):
    embedding_model._session.cache_clear()
    monkeypatch.setattr(embedding_model, "SHA256", "0" * 64)
    with pytest.raises(UsageError, match="not the model that was measured"):
        vectors_of(np.zeros((1, 96, 160, 3), np.uint8))
    monkeypatch.undo()
    embedding_model._session.cache_clear()
    data = files("detector.channels").joinpath(embedding_model.MODEL).read_bytes()
    assert hashlib.sha256(data).hexdigest() == embedding_model.SHA256
    assert len(data) <= 8_000_000


# --- the channel -----------------------------------------------------------------------------


@pytest.mark.parametrize("degrees", [0, 15, -15])
@pytest.mark.parametrize("scale", [0.3, 0.7])
def test_a_mark_is_found_where_it_is(channel, degrees, scale):
    views = views_of(scenes.emblem(), scenes.ring(), long_word())
    pose = scenes.pose(150, 120, scale, degrees)
    photo = scenes.laid(scenes.ground(), scenes.emblem(), pose)
    best = searcher(channel, views).search(channel.describe(Picture(photo)))[0]
    assert best.view == 0
    assert best.measures.cosine > 0.5
    height, width = views[0].pixels.shape[:2]
    found = geometry.quad_of(best.pose, (width, height)).mean(axis=0)
    true = geometry.quad_of(pose, (300, 300)).mean(axis=0)
    assert np.linalg.norm(found - true) < 0.3 * 300 * scale


def test_a_wide_mark_is_found_in_a_wide_window(channel):
    views = views_of(scenes.emblem(), long_word())
    photo = scenes.laid(scenes.ground(3), long_word(), scenes.pose(60, 200, 0.6))
    known = references(channel, views)
    assert set(known.features.labels[known.view == 1].tolist()) == {1}
    best = searcher(channel, views).search(channel.describe(Picture(photo)))[0]
    assert best.view == 1


@pytest.mark.parametrize("degrees", [0, 17, -17])
def test_of_many_views_the_first_are_those_of_all_rows(degrees):
    """A turned row is compared only where the upright one stands out; the first do not change."""
    drawn = [scenes.emblem(), scenes.ring(), long_word()]
    tones = [np.uint8(255 - step * (255 - one)) for one in drawn for step in (1, 0.8, 0.6, 0.4)]
    photo = Picture(
        scenes.laid(scenes.ground(4), scenes.emblem(), scenes.pose(170, 130, 0.5, degrees))
    )
    some, every = (
        EmbeddingChannel(EmbeddingSettings(proposals=most)) for most in (5, 5 * len(tones))
    )
    seen = every.describe(photo)
    of_all, of_some = (searcher(one, views_of(*tones)).search(seen) for one in (every, some))
    assert len(of_all) == len(tones)
    assert [(one.view, one.measures.likeness) for one in of_some[:3]] == [
        (one.view, one.measures.likeness) for one in of_all[:3]
    ]


@pytest.mark.parametrize("share", [0.05, 0.4, 1.0])
def test_the_windows_of_a_mark_are_compared_before_those_of_the_ground(channel, share):
    pose = scenes.pose(250, 230, 0.5)
    seen = channel.describe(Picture(scenes.laid(scenes.ground(), scenes.emblem(), pose)))
    kept = distinct_windows(seen, share)
    for shape in range(len(SHAPES)):
        count = int((seen.labels == shape).sum())
        wanted = min(count, max(round(share * count), MIN_WINDOWS))
        assert (seen.labels[kept] == shape).sum() == wanted
    (x, y), side = geometry.quad_of(pose, (300, 300)).mean(axis=0), 150
    middle = np.abs(seen.frames[:, :2] - (x, y)).max(axis=1) < side / 8
    on_mark = np.flatnonzero(middle & (np.abs(np.log(seen.frames[:, 2] / side)) < 0.4))
    assert len(on_mark)
    assert np.isin(on_mark, kept).all()


def test_windows_like_the_background_change_no_answer(channel):
    views = views_of(scenes.emblem(), scenes.ring(), long_word())
    every = EmbeddingChannel(EmbeddingSettings(compared=1.0))
    photo = scenes.laid(scenes.ground(5), scenes.emblem(), scenes.pose(150, 120, 0.5))
    seen = channel.describe(Picture(photo))
    some, of_all = (searcher(one, views).search(seen) for one in (channel, every))
    assert some[0].view == of_all[0].view == 0
    assert np.array_equal(some[0].pose, of_all[0].pose)


def test_a_mark_in_another_colour_is_nearer_than_another_mark(channel):
    views = views_of(scenes.emblem(), scenes.ring(), long_word())
    other = np.ascontiguousarray(scenes.emblem()[..., ::-1])
    photo = scenes.laid(scenes.ground(1), other, scenes.pose(120, 120, 0.6))
    found = searcher(channel, views).search(channel.describe(Picture(photo)))
    assert found[0].view == 0


@pytest.mark.parametrize("size", [(8, 8), (400, 30), (30, 700), (1, 1)])
def test_a_photo_of_any_size_is_described(channel, size):
    photo = np.random.default_rng(7).integers(0, 256, (*size, 3), np.uint8)
    features = channel.describe(Picture(photo))
    assert len(features.frames) == len(features.descriptors) == len(features.labels)
    assert np.isfinite(features.frames).all()


def test_cosines_at_a_pose_tell_the_mark_from_another(channel):
    emblem, ring = views_of(scenes.emblem(), scenes.ring())
    pose = scenes.pose(140, 130, 0.6, 10)
    photo = scenes.laid(scenes.ground(2), emblem.pixels, pose)
    told = [channel.describe_view(emblem), channel.describe_view(ring), None]
    own, other, none = cosines_at(geometry.pyramid(photo), told, [pose] * 3)
    assert own > 0.6
    assert own > other + 0.2
    assert np.isnan(none)
