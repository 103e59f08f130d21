"""What is done to a sign before it is laid: other colours, other lines, other material.

Signs are as in `detector.evaluation.robustness.scene`; every function returns a new one.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.evaluation.robustness.scene import LENGTH, MARK, to_bytes
from detector.records import Floats, Pixels

FINE = LENGTH / MARK  # sign pixels to a photo pixel at the usual size
CHROMA = 60.0  # Lab units from grey: the colour that greys are given
LIGHT = np.array([-1, -1]) / np.sqrt(2)  # where the light on a relief comes from: top left
STITCH = 6  # threads' widths to a stitch


def with_colour(sign: Pixels, colour: Floats) -> Pixels:
    """Return the sign's shape in other colours, (h, w, 3) or (3,)."""
    drawn = np.broadcast_to(colour, (*sign.shape[:2], 3))
    return np.dstack([to_bytes(drawn), sign[..., 3]])


def with_alpha(sign: Pixels, alpha: Floats) -> Pixels:
    """Return the sign's colours with another opacity, (h, w) 0..1."""
    return np.dstack([sign[..., :3], to_bytes(alpha * 255)])


def recoloured(sign: Pixels, turn: float) -> Pixels:
    """Turn every hue by `turn` degrees and keep lightness; dark greys take on colour."""
    lab = _lab(sign)
    bright, colour = lab[..., :1], lab[..., 1:]
    angle, share = np.deg2rad(turn), np.float32(abs(turn) / 180)
    rotate = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    grey = np.clip(1 - np.linalg.norm(colour, axis=2, keepdims=True) / CHROMA, 0, 1)
    grey = grey * (1 - bright / 100) * share
    turned = colour @ rotate + grey * CHROMA * rotate[0]
    return with_colour(sign, _rgb(np.dstack([np.maximum(bright, 40 * grey), turned])))


def inverted(sign: Pixels) -> Pixels:
    """Invert lightness and keep hues."""
    lab = _lab(sign)
    lab[..., 0] = 100 - lab[..., 0]
    return with_colour(sign, _rgb(lab))


def ink(sign: Pixels) -> Floats:
    """Return (h, w) 0..1 where the sign has ink when printed in one colour.

    Its colours are parted into light and dark; in every piece of it, the part that the piece's
    outer edge shows is ink. A sign of hardly more than one lightness is ink all over.
    """
    alpha = sign[..., 3].astype(np.float32) / 255
    bright = _lab(sign)[..., 0]
    shown = alpha > 0.6
    cut = _otsu(bright[shown])
    dark, pale = bright[shown & (bright <= cut)], bright[shown & (bright > cut)]
    if min(len(dark), len(pale)) < 0.02 * shown.sum() or pale.mean() - dark.mean() < 15:
        return np.asarray(alpha, np.float32)
    share = np.clip((bright - dark.mean()) / (pale.mean() - dark.mean()), 0, 1)
    return np.asarray(np.where(_pale_edged(shown, share), share, 1 - share) * alpha, np.float32)


def _pale_edged(shown: NDArray[np.bool_], paleness: Floats) -> NDArray[np.bool_]:
    """(h, w) True on every connected piece whose outer edge is pale rather than dark."""
    count, pieces = cv2.connectedComponents(shown.astype(np.uint8))
    edge = shown & (cv2.erode(shown.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0)
    size = np.bincount(pieces[edge], minlength=count)
    pale = np.bincount(pieces[edge], paleness[edge], minlength=count)
    return np.asarray((pale > size / 2)[pieces], np.bool_)


def _otsu(values: Floats) -> float:
    flat = np.clip(values * 2.55, 0, 255).astype(np.uint8)[None]
    return float(cv2.threshold(flat, 0, 255, cv2.THRESH_OTSU)[0]) / 2.55


def main_colour(sign: Pixels) -> Floats:
    """Return (3,) the median colour of the sign's ink."""
    inked = sign[ink(sign) > 0.6][:, :3]
    return np.asarray(np.median(inked, axis=0) if len(inked) else np.zeros(3), np.float32)


def one_colour(sign: Pixels, share: float) -> Pixels:
    """Blend the sign, by `share` 0..1, with a print in its main colour alone."""
    return mixed(sign, with_alpha(with_colour(sign, main_colour(sign)), ink(sign)), share)


def mixed(sign: Pixels, other: Pixels, share: float) -> Pixels:
    """Blend two signs of the same shape, `share` 0..1 of the second."""
    first, second = sign.astype(np.float32), other.astype(np.float32)
    weights = first[..., 3:] * (1 - share), second[..., 3:] * share
    alpha = weights[0] + weights[1]
    colour = first[..., :3] * weights[0] + second[..., :3] * weights[1]
    drawn = np.where(alpha > 0, colour / np.maximum(alpha, 1), first[..., :3])
    return to_bytes(np.dstack([drawn, alpha]))


def outlined(sign: Pixels, width: float) -> Pixels:
    """Draw lines of `width` photo pixels along the edges of the ink, in its main colour."""
    solid = (ink(sign) > 0.5).astype(np.uint8)
    away = sum(cv2.distanceTransform(part, cv2.DIST_L2, 5) for part in (solid, 1 - solid))
    line = np.clip(width * FINE / 2 - np.asarray(away, np.float32) + 1, 0, 1)
    return with_alpha(with_colour(sign, main_colour(sign)), line)


def embossed(sign: Pixels, depth: float) -> Pixels:
    """Emboss: light and shade on the slopes of the ink, of strength `depth` 0..1."""
    height = cv2.GaussianBlur(ink(sign), (0, 0), 1.2 * FINE)
    slope = sum(
        cv2.Sobel(height, cv2.CV_32F, *axis) * s for axis, s in zip(AXES, LIGHT, strict=True)
    )
    shade = np.clip(np.asarray(slope, np.float32) * -depth * 0.9 * FINE, -1, 1)
    tone = np.where(shade[..., None] > 0, np.float32(255), np.float32(0))
    return with_alpha(with_colour(sign, tone), np.abs(shade))


AXES = ((1, 0), (0, 1))  # derivatives by x and by y


def embroidered(sign: Pixels, thread: float) -> Pixels:
    """Embroider with slanting threads `thread` photo pixels wide and few colours."""
    step = thread * FINE
    y, x = np.mgrid[: sign.shape[0], : sign.shape[1]].astype(np.float32)
    along, across = (x + y) / np.sqrt(2), (y - x) / np.sqrt(2)
    row = np.round(across / step)
    start = (row * 0.618 % 1) * STITCH * step  # every thread starts its stitches elsewhere
    stitch = (along + start) / (STITCH * step) % 1
    middle = row * step
    u, v = (along - middle) / np.sqrt(2), (along + middle) / np.sqrt(2)
    moved = u.astype(np.float32), v.astype(np.float32)
    sewn = np.asarray(cv2.remap(sign, *moved, cv2.INTER_NEAREST), np.uint8)
    sheen = 0.6 + 0.4 * np.cos(np.pi * (across / step - row)) * np.sin(np.pi * stitch) ** 0.3
    few = np.round(sewn[..., :3] / 51.0) * 51
    solid = np.where(sewn[..., 3] > 127, np.float32(1), np.float32(0))
    return with_alpha(with_colour(sewn, few * sheen[..., None]), solid)


def faded(sign: Pixels, ground: Floats, contrast: float) -> Pixels:
    """Reduce contrast: keep `contrast` 0..1 of the difference to the ground's colour (3,)."""
    return with_colour(sign, ground + (sign[..., :3] - ground) * np.float32(contrast))


def _lab(sign: Pixels) -> Floats:
    """(h, w, 3) Lab of a sign: lightness 0..100, and two colour axes."""
    scaled = sign[..., :3].astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB), np.float32)


def _rgb(lab: Floats) -> Floats:
    return np.asarray(cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB), np.float32) * 255
