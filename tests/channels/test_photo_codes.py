"""Codes of kept descriptors: decoded ones are near those that were coded."""

import numpy as np
import pytest

from detector.channels.descriptors import dequantised
from detector.channels.embedding import EmbeddingChannel
from detector.channels.embedding_background import least_like_background
from detector.channels.keypoints import KeypointChannel
from detector.channels.photo_codes import CENTRES, decoded, encoded, quantiser_of
from detector.records import Picture
from tests import scenes


@pytest.fixture(scope="module")
def picture():
    photo = scenes.laid(scenes.ground(3), scenes.emblem(), scenes.pose(80, 60, 0.9))
    return Picture(photo)


def test_decoded_keypoints_are_near_the_exact_ones(picture):
    exact = KeypointChannel().describe(picture)
    coded = encoded("sift", exact)
    assert coded.descriptors.shape == (len(exact), quantiser_of("sift").parts)
    near = decoded("sift", coded)
    assert near.descriptors.dtype == exact.descriptors.dtype
    cosines = (dequantised(near.descriptors) * dequantised(exact.descriptors)).sum(axis=1)
    assert np.median(cosines) > 0.93
    others = dequantised(near.descriptors) @ dequantised(exact.descriptors).T
    assert np.mean(others.argmax(axis=1) == np.arange(len(exact))) > 0.8


def test_decoded_windows_are_near_the_exact_ones(picture):
    exact = EmbeddingChannel().describe(picture)
    near = decoded("embedding", encoded("embedding", exact))
    assert near.descriptors.dtype == np.float16
    a, b = (one.descriptors.astype(np.float32) for one in (exact, near))
    cosines = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    assert np.median(cosines) > 0.93


@pytest.mark.parametrize("channel", ["sift", "embedding"])
def test_a_centre_is_coded_as_itself(channel):
    quantiser = quantiser_of(channel)
    numbers = np.arange(CENTRES, dtype=np.uint8)[:, None].repeat(quantiser.parts, axis=1)
    vectors = quantiser.decode(numbers)
    again = quantiser.decode(quantiser.encode(vectors.astype(np.float32)))
    np.testing.assert_array_equal(again, vectors)


def test_the_windows_of_a_sign_are_least_like_the_background(picture):
    windows = EmbeddingChannel().describe(picture)
    few = least_like_background(windows, 20)
    assert sorted(np.unique(few.labels)) == sorted(np.unique(windows.labels))
    assert all(np.sum(few.labels == label) <= 20 for label in np.unique(few.labels))
    centre = geometry_of_the_sign()
    inside = np.abs(few.frames[:, :2] - centre).max(axis=1) < 110
    everywhere = np.abs(windows.frames[:, :2] - centre).max(axis=1) < 110
    assert inside.mean() > 1.5 * everywhere.mean()


def geometry_of_the_sign():
    sign = scenes.emblem()
    height, width = sign.shape[:2]
    pose = scenes.pose(80, 60, 0.9)
    centre = pose @ [width / 2, height / 2, 1]
    return (centre[:2] / centre[2]).astype(np.float32)
