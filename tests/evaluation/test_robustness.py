"""The photos of the robustness sweep: the same bytes each time, and what each attack does."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from itertools import pairwise

import cv2
import numpy as np
import pytest

from detector.evaluation.robustness import sign_changes
from detector.evaluation.robustness.attacks import ATTACKS
from detector.evaluation.robustness.render import attacked, unharmed
from detector.evaluation.robustness.scene import (
    LENGTH,
    MARK,
    RIM,
    SIDE,
    outline,
    render_photo,
    sign_of,
)
from detector.records import View

from ..scenes import emblem, ring

ALL = {attack.name: attack for attack in ATTACKS}
NAMES = [
    "size", "rotation", "perspective", "folds", "blur", "JPEG", "noise", "recolour",
    "inverted polarity", "one colour", "outline only", "mirrored", "stretched", "partly hidden",
    "embossed", "embroidered", "low contrast", "busy background", "collage", "long page",
    "photo of a screen",
]  # fmt: skip
DIGESTS = """
import hashlib
from tests.evaluation.test_robustness import digest
print(digest())
"""


def view(pixels=None, mark="vornak"):
    pixels = emblem() if pixels is None else pixels
    return View(mark, "front.png", pixels, (pixels < 250).any(axis=2))


def grey_emblem():
    shown = (emblem() < 250).any(axis=2, keepdims=True)
    return np.where(shown, np.uint8(90), np.uint8(255)) * np.ones(3, np.uint8)


VIEW = view()
SCENE = unharmed(VIEW, 7)
BASE = render_photo(SCENE)


def render(view, attack, level, seed):
    return attacked(unharmed(view, seed), view.mark, attack, level, seed).pixels


def photos(name):
    attack = ALL[name]
    return [attacked(SCENE, VIEW.mark, attack, level, 7) for level in range(len(attack.severities))]


def digest():
    """Of every attack's middle severity."""
    photos = (render(VIEW, attack, len(attack.severities) // 2, 5).tobytes() for attack in ATTACKS)
    return hashlib.sha256(b"".join(photos)).hexdigest()


def inner(photo):
    """What is in the box, at the size of the mark in the base photo."""
    x0, y0, x1, y1 = (round(value) for value in photo.box)
    bx0, by0, bx1, by1 = (round(value) for value in BASE.box)
    size = bx1 - bx0, by1 - by0
    return cv2.resize(photo.pixels[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA)


def edges(pixels):
    """Where a picture changes, smoothed: what stays of a mark in other colours."""
    grey = cv2.GaussianBlur(pixels.astype(np.float32), (0, 0), 2)
    steps = [cv2.Sobel(grey, cv2.CV_32F, *axis) ** 2 for axis in ((1, 0), (0, 1))]
    return cv2.GaussianBlur(np.sqrt(sum(steps).sum(axis=2)), (0, 0), 3)


def likeness(one, other):
    """Correlation of the edges of two pictures, -1..1."""
    return float(np.corrcoef(edges(one).ravel(), edges(other).ravel())[0, 1])


def difference(one, other=BASE):
    return float(np.abs(one.pixels.astype(float) - other.pixels).mean())


def test_the_attacks_are_these_with_severities_in_order():
    assert [attack.name for attack in ATTACKS] == NAMES
    for attack in ATTACKS:
        assert len(attack.severities) >= 2
        assert sorted(set(attack.severities)) in (
            list(attack.severities),
            list(attack.severities)[::-1],
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_photo_has_the_same_bytes_twice_and_other_bytes_by_another_seed(name):
    attack, level = ALL[name], len(ALL[name].severities) - 1
    first = render(VIEW, attack, level, 5)
    assert (len(first) % SIDE, *first.shape[1:]) == (0, SIDE, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, render(view(), attack, level, 5))
    assert not np.array_equal(first, render(VIEW, attack, level, 6))
    assert not np.array_equal(first, render(view(mark="other"), attack, level, 5))


def test_a_fresh_process_renders_the_same_bytes():
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == [digest()]


@pytest.mark.parametrize("name", NAMES)
def test_the_mildest_severity_leaves_the_mark_recognisable(name):
    photo = photos(name)[0]
    foreign = render_photo(unharmed(view(ring(), "ring"), 7))
    own = likeness(inner(photo), inner(BASE))
    assert own > 0.6
    assert own > likeness(inner(photo), inner(foreign)) + 0.2


@pytest.mark.parametrize("name", [one for one in NAMES if one not in ("outline only", "long page")])
def test_the_worst_severity_is_harder_than_the_mildest(name):
    first, *_, last = photos(name)
    away = [1 - likeness(one.pixels, BASE.pixels) + difference(one) / 255 for one in (first, last)]
    assert away[0] < away[1]


@pytest.mark.parametrize("name", ["blur", "JPEG", "noise", "folds", "photo of a screen"])
def test_each_severity_leads_farther_from_the_base(name):
    away = [difference(one) for one in photos(name)]
    assert all(one < other for one, other in pairwise(away))


@pytest.mark.parametrize(
    "name", ["inverted polarity", "one colour", "mirrored", "partly hidden", "busy background"]
)
def test_a_severity_of_nothing_changes_nothing(name):
    assert ALL[name].severities[0] == 0
    assert difference(photos(name)[0]) < 0.01


def test_the_sign_fills_its_rim_and_lies_where_the_box_says():
    sign = sign_of(VIEW)
    assert max(sign.shape[:2]) == LENGTH + 2 * RIM
    solid = sign[..., 3] > 127
    assert solid[RIM : RIM + 2].any()
    assert not solid[: RIM - 1].any()
    x0, y0, x1, y1 = BASE.box
    assert max(x1 - x0, y1 - y0) == pytest.approx(MARK, abs=1)
    changed = (np.abs(BASE.pixels.astype(int) - SCENE.ground) > 12).any(axis=2)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    seen = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    assert np.abs(np.subtract(seen, BASE.box)).max() < 2.5


def test_sizes_are_as_said():
    sides = [max(s.box[2] - s.box[0], s.box[3] - s.box[1]) for s in photos("size")]
    assert sides == pytest.approx(ALL["size"].severities, abs=1)


def test_rotation_keeps_size_and_centre():
    area = cv2.contourArea(outline(SCENE.sign, SCENE.pose))
    for degrees, photo in zip(ALL["rotation"].severities, photos("rotation"), strict=True):
        turn = np.deg2rad(degrees)
        wide, high = BASE.box[2] - BASE.box[0], BASE.box[3] - BASE.box[1]
        across = abs(wide * np.cos(turn)) + abs(high * np.sin(turn))
        assert photo.box[2] - photo.box[0] == pytest.approx(across, abs=0.1)
        assert np.add(photo.box[:2], photo.box[2:]) == pytest.approx(
            np.add(BASE.box[:2], BASE.box[2:]), abs=0.1
        )
    assert area == pytest.approx(wide * high, rel=1e-3)


def test_upside_down_is_the_same_turned_by_hand():
    upside = inner(photos("rotation")[-1])[::-1, ::-1]
    assert likeness(np.ascontiguousarray(upside), inner(BASE)) > 0.97


def test_a_mirror_image_mirrored_is_the_mark():
    photo = photos("mirrored")[1]
    assert likeness(np.ascontiguousarray(inner(photo)[:, ::-1]), inner(BASE)) > 0.97


def test_stretching_keeps_the_area():
    for ratio, photo in zip(ALL["stretched"].severities, photos("stretched"), strict=True):
        wide, high = photo.box[2] - photo.box[0], photo.box[3] - photo.box[1]
        before = BASE.box[2] - BASE.box[0], BASE.box[3] - BASE.box[1]
        assert wide * high == pytest.approx(before[0] * before[1], rel=1e-3)
        assert wide / high == pytest.approx(ratio * before[0] / before[1], rel=1e-3)


def test_a_squeeze_shortens_the_far_side():
    for squeeze, photo in zip(ALL["perspective"].severities, photos("perspective"), strict=True):
        wide = BASE.box[2] - BASE.box[0]
        assert photo.box[2] - photo.box[0] == pytest.approx(wide * (1 - squeeze / 2), abs=0.1)
        assert photo.box[0] == pytest.approx(BASE.box[0], abs=0.1)


def test_as_much_is_hidden_as_said():
    for share, photo in zip(ALL["partly hidden"].severities, photos("partly hidden"), strict=True):
        changed = (np.abs(inner(photo).astype(int) - inner(BASE)) > 3).any(axis=2).mean()
        assert share - 0.12 < changed < share + 0.15  # the cloth may match, its shadow is seen


def test_recolouring_turns_hues_and_keeps_lightness():
    sign = sign_of(view(ring()))
    red = sign[(sign[..., 3] > 250) & (sign[..., 0] > 180)][None]
    turned = sign_changes.recoloured(red, 120)
    lab = [cv2.cvtColor(one[..., :3], cv2.COLOR_RGB2LAB)[0].mean(axis=0) for one in (red, turned)]
    assert abs(lab[0][0] - lab[1][0]) < 25
    assert turned[..., 1].mean() > turned[..., 0].mean() + 30  # red became green


def test_recoloured_black_gains_colour_and_white_stays_white():
    sign = np.full((4, 4, 4), 255, np.uint8)
    assert sign_changes.recoloured(sign, 180)[..., :3].min() > 250
    sign[..., :3] = 10
    assert np.ptp(sign_changes.recoloured(sign, 180)[0, 0, :3]) > 40


def test_inverting_twice_gives_back_the_lightness():
    grey = np.full((4, 4, 4), 255, np.uint8)
    grey[..., :3] = 40
    once = sign_changes.inverted(grey)
    assert once[0, 0, 0] > 150
    assert np.abs(sign_changes.inverted(once).astype(int) - grey).max() <= 2


def test_one_colour_is_one_colour_and_keeps_the_inside():
    sign = sign_of(VIEW)
    printed = sign_changes.one_colour(sign, 1)
    shown = printed[printed[..., 3] > 200][:, :3]
    assert np.ptp(shown, axis=0).max() <= 1
    assert 0.3 < (printed[..., 3] > 127).sum() / (sign[..., 3] > 127).sum() < 0.95


def test_a_sign_of_one_lightness_is_ink_all_over():
    sign = sign_of(view(grey_emblem()))
    assert np.array_equal(sign_changes.ink(sign) > 0.5, sign[..., 3] > 127)


def test_outlines_are_thinner_each_severity_and_leave_the_inside_bare():
    sign = sign_of(view(grey_emblem()))
    drawn = [
        (sign_changes.outlined(sign, w)[..., 3] > 127).mean()
        for w in ALL["outline only"].severities
    ]
    assert all(one > other for one, other in pairwise(drawn))
    assert 0 < drawn[-1] < 0.1


def test_embossing_has_light_and_shade_but_no_colour():
    relief = sign_changes.embossed(sign_of(VIEW), 1)
    seen = relief[relief[..., 3] > 60][:, :3]
    assert set(np.unique(seen)) == {0, 255}
    assert (seen[:, 0] == seen[:, 1]).all()
    assert 0.2 < (seen[:, 0] > 0).mean() < 0.8


def test_low_contrast_goes_to_the_colour_of_the_ground():
    away = [np.abs(inner(s).astype(float) - inner(BASE)).mean() for s in photos("low contrast")]
    assert all(one < other for one, other in pairwise(away))
    assert difference(photos("low contrast")[-1], render_photo(SCENE)) > 1


def test_a_crowd_surrounds_the_mark_and_leaves_it_as_it_is():
    photo = photos("busy background")[-1]
    x0, y0, x1, y1 = BASE.box
    star = round(0.65 * y0 + 0.35 * y1), round((x0 + x1) / 2)
    heart = tuple(slice(at - 8, at + 8) for at in star)
    assert np.abs(photo.pixels[heart].astype(int) - BASE.pixels[heart]).max() <= 1
    assert difference(photo) > 15


def test_a_collage_shows_the_photo_in_one_tile():
    for tiles, photo in zip(ALL["collage"].severities, photos("collage"), strict=True):
        wide = BASE.box[2] - BASE.box[0]
        assert photo.box[2] - photo.box[0] == pytest.approx(wide / tiles**0.5, abs=1)
        assert likeness(inner(photo), inner(BASE)) > 0.8


def test_a_long_page_shows_the_photo_in_its_own_size():
    for count, photo in zip(ALL["long page"].severities, photos("long page"), strict=True):
        assert photo.pixels.shape == (count * SIDE, SIDE, 3)
        x0, y0, x1, y1 = photo.box
        assert (x0, y0 % SIDE, x1, y1 % SIDE) == pytest.approx(BASE.box)
        top = int(y0 // SIDE) * SIDE
        assert (photo.pixels[top : top + SIDE] == BASE.pixels).all()
