from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from detector.pictures.reader import read_picture
from detector.records import View
from detector.report.finding_images import (
    CROP_SIDE,
    EDGES_SIDE,
    MATCHED_SIDE,
    MAX_LINES,
    EmbeddedImage,
    crop_box,
    draw_edges,
    draw_matches,
    draw_outlined,
    embed_image,
    make_proof,
    pose_from_outline,
    warp_to_view,
)

from .scenes import NORRVIK, VIEWS


def opened(shown: EmbeddedImage) -> np.ndarray:
    head, data = shown.uri.split(",")
    assert head == "data:image/webp;base64"
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert image.size == (shown.width, shown.height)
    return np.asarray(image)


def photo_of(listing) -> np.ndarray:
    return read_picture(listing.path).pictures[0].pixels


def alike(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.mean(axis=2).ravel(), other.mean(axis=2).ravel())[0, 1])


def test_plate_shrinks_and_never_grows():
    pixels = np.random.default_rng(1).integers(0, 255, (40, 80, 3)).astype(np.uint8)
    assert (embed_image(pixels, 20).width, embed_image(pixels, 20).height) == (20, 10)
    assert opened(embed_image(pixels, 900)).shape == (40, 80, 3)


def test_plate_keeps_transparency_exact():
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[2:4] = (229, 0, 109, 255)
    np.testing.assert_array_equal(opened(embed_image(pixels, 8))[2], pixels[2])
    assert not opened(embed_image(pixels, 8))[0, :, 3].any()


def test_warp_finds_the_mark(scene):
    for listing in scene.listings[:3]:
        found = listing.findings[0]
        view = VIEWS[found.evidence[0].view]
        warped = warp_to_view(photo_of(listing), found.evidence[0].homography, view.pixels)
        assert abs(alike(warped, view.pixels)) > 0.8


def test_pose_of_an_outline_is_the_homography(scene):
    found = scene.listings[1].findings[0]
    expected = found.evidence[0].homography
    view = VIEWS[found.evidence[0].view]
    got = pose_from_outline(found.quad, view.pixels)
    np.testing.assert_allclose(got / got[2, 2], expected / expected[2, 2], rtol=1e-2, atol=1e-4)


@given(
    hnp.arrays(np.float32, (4, 2), elements=st.floats(width=32)),
    st.integers(1, 5000),
    st.integers(1, 5000),
)
def test_crop_box_is_never_empty_and_inside(quad, width, height):
    x0, y0, x1, y1 = crop_box(quad, width, height)
    assert 0 <= x0 < x1 <= width
    assert 0 <= y0 < y1 <= height


def test_crop_box_holds_the_outline():
    quad = np.array([[100, 80], [300, 90], [290, 160], [105, 150]], np.float32)
    assert crop_box(quad, 640, 480) == (50, 30, 350, 210)
    assert crop_box(quad - 400, 640, 480) == (0, 0, 640, 480)


def test_edges_lie_on_the_mark_and_only_there():
    drawn = draw_edges(NORRVIK)[..., 3] > 0
    assert max(drawn.shape) == EDGES_SIDE
    content = Image.fromarray(NORRVIK.content).resize(drawn.shape[::-1])
    rows, columns = np.nonzero(np.asarray(content))
    assert 0.01 < drawn.mean() < 0.2
    ys, xs = np.nonzero(drawn)
    assert rows.min() - 8 <= ys.min() < rows.min() + 8
    assert columns.max() - 8 < xs.max() <= columns.max() + 8


def test_matched_points_are_drawn_on_their_points():
    view = np.full((160, 160, 3), 255, np.uint8)
    photo = np.zeros((320, 320, 3), np.uint8)
    rows = np.array([[80, 40, 160, 80]], np.float32)
    shown = opened(draw_matches(view, photo, (0, 0, 320, 320), rows))
    assert shown.shape == (MATCHED_SIDE, 2 * MATCHED_SIDE + 24, 3)
    for x, y in ((160, 80), (MATCHED_SIDE + 24 + 160, 80)):
        red, _, blue = shown[y - 1 : y + 2, x - 1 : x + 2].astype(int).mean(axis=(0, 1))
        assert blue - red > 80
    assert shown[300, 160].min() > 240
    assert shown[300, 500].max() < 15


def test_no_matches_no_picture():
    empty = np.zeros((0, 4), np.float32)
    assert draw_matches(NORRVIK.pixels, NORRVIK.pixels, (0, 0, 10, 10), empty) is None


def test_proof_of_a_finding(scene):
    listing = scene.listings[0]
    proof = make_proof(photo_of(listing), listing.findings[0], VIEWS.__getitem__)
    assert proof is not None
    assert (proof.lines, proof.matches) == (MAX_LINES, 44)
    assert max(proof.crop.width, proof.crop.height) <= CROP_SIDE
    assert 0 < proof.outline.min() < proof.outline.max() < 1
    assert alike(opened(proof.warped), opened(proof.reference)) > 0.9


def test_proof_without_pose_uses_the_outline(scene):
    listing = scene.listings[0]
    found = listing.findings[0]
    posed = make_proof(photo_of(listing), found, VIEWS.__getitem__)
    bare = replace(found, evidence=tuple(replace(e, homography=None) for e in found.evidence))
    proof = make_proof(photo_of(listing), bare, VIEWS.__getitem__)
    assert alike(opened(proof.warped), opened(posed.warped)) > 0.99


def test_no_evidence_no_proof(scene):
    found = replace(scene.listings[0].findings[0], evidence=())
    assert make_proof(photo_of(scene.listings[0]), found, VIEWS.__getitem__) is None


def wide_view() -> View:
    pixels = np.full((2, 384, 3), 255, np.uint8)
    pixels[:, 100:200] = 0
    return View("wide", "wide.png", pixels, pixels.min(axis=2) < 128)


@pytest.mark.parametrize(
    "quad",
    [
        np.zeros((4, 2), np.float32),
        np.full((4, 2), np.nan, np.float32),
        np.full((4, 2), 1e30, np.float32),
        np.array([[5, 5], [50, 5], [5, 5], [50, 5]], np.float32),
    ],
)
@pytest.mark.parametrize("view", [NORRVIK, wide_view()], ids=["plain", "very wide"])
def test_degenerate_poses_still_give_pictures(scene, quad, view):
    found = scene.listings[0].findings[0]
    far = np.full((3, 4), 1e30, np.float32)
    pieces = tuple(replace(e, homography=None, matches=far) for e in found.evidence)
    proof = make_proof(
        photo_of(scene.listings[0]), replace(found, quad=quad, evidence=pieces), lambda _: view
    )
    assert opened(proof.warped).shape == opened(proof.reference).shape
    assert opened(proof.matched).shape[0] == MATCHED_SIDE


def test_pictures_are_small(scene):
    listing = scene.listings[0]
    proof = make_proof(photo_of(listing), listing.findings[0], VIEWS.__getitem__)
    plates = [proof.reference, proof.crop, proof.warped, proof.edges, proof.matched]
    assert sum(len(shown.uri) for shown in plates) < 150_000


def test_an_outline_is_drawn_in_its_place_beside_the_view():
    photo, view = np.full((300, 400, 3), 90, np.uint8), np.full((50, 50, 3), 200, np.uint8)
    quad = np.array([[100, 80], [300, 80], [300, 220], [100, 220]], np.float32)
    alone, beside = draw_outlined(photo, quad, None), draw_outlined(photo, quad, view)
    assert (alone.height, beside.height) == (MATCHED_SIDE, MATCHED_SIDE)
    assert beside.width == alone.width + MATCHED_SIDE + 24
    pixels = np.asarray(Image.open(io.BytesIO(alone.data)).convert("RGB")).astype(int)
    drawn = np.argwhere(pixels[..., 0] - pixels[..., 1] > 100)
    x0, y0, _, y1 = crop_box(quad, 400, 300)
    scale = MATCHED_SIDE / (y1 - y0)
    expected = [(80 - y0) * scale, (100 - x0) * scale, (220 - y0) * scale, (300 - x0) * scale]
    assert np.allclose([*drawn.min(axis=0), *drawn.max(axis=0)], expected, atol=4)


def test_an_outline_that_is_not_finite_draws_the_photo_alone():
    photo = np.full((60, 80, 3), 90, np.uint8)
    drawn = draw_outlined(photo, np.full((4, 2), np.nan, np.float32), None)
    assert np.ptp(np.asarray(Image.open(io.BytesIO(drawn.data)))) < 10
