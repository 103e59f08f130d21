"""A mark on a product: the sign cut from a view, the ground it lies on, and the photo of both.

Signs are (h, w, 4) uint8 RGBA, `LENGTH` pixels on their longest side within a clear rim of `RIM`.
Photos are (SIDE, SIDE, 3) uint8 RGB. A pose (3, 3) maps sign pixels to photo pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from detector import geometry
from detector.channels.background import smooth_noise
from detector.evaluation.records import Box
from detector.records import Floats, Matrix, Pixels, View

SIDE = 512  # pixels of a photo
MARK = 160.0  # photo pixels of the mark's longest side where nothing makes it hard
LENGTH = 320  # sign pixels of the mark's longest side
RIM = 8  # sign pixels kept clear round the mark
TINTS = 12  # product colours drawn, of which the one that shows the mark best is taken
SHADING = 0.7  # how much of the ground's light falls on the sign


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A sign, the ground under it, and the pose and light that it is rendered with.

    `shading` (SIDE, SIDE) float32 is the light that falls on the sign, 1 in the mean.
    """

    sign: Pixels
    ground: Pixels
    pose: Matrix
    shading: Floats


@dataclass(frozen=True, slots=True, eq=False)
class RenderedPhoto:
    """A photo (SIDE, SIDE, 3) uint8, a page a multiple of it, and the upright box of the mark."""

    pixels: Pixels
    box: Box


def scene_of(view: View, random: Generator) -> Scene:
    """Place the view's mark upright, `MARK` pixels long, on a plain product."""
    sign = sign_of(view)
    ground = product(tint_for(sign, random), random)
    middle = SIDE / 2 + random.uniform(-40, 40, 2)
    return Scene(sign, ground, pose_of(sign, MARK / LENGTH * np.eye(2), middle), light(ground))


def render_photo(scene: Scene) -> RenderedPhoto:
    """Render the photo of a scene."""
    pixels = lay(scene.ground, scene.sign, scene.pose, scene.shading)
    return RenderedPhoto(pixels, geometry.box_of(outline(scene.sign, scene.pose), (SIDE, SIDE)))


def sign_of(view: View) -> Pixels:
    """Cut the mark out of its view, with soft edges.

    Clear pixels take the colour of the nearest part of the mark, so that no rim of the view's
    own ground shows when the sign is scaled.
    """
    rows, columns = (np.flatnonzero(view.content.any(axis=axis)) for axis in (1, 0))
    place = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    content = view.content[place].astype(np.float32)
    alpha = _fitted(content)
    inked = _fitted((view.pixels[place] * content[..., None]).astype(np.float32))
    spread = (cv2.GaussianBlur(layer, (0, 0), 1.5) for layer in (inked, alpha))
    bled = np.divide(*(layer.reshape(*alpha.shape, -1) + 1e-4 for layer in spread))
    colour = np.where(alpha[..., None] > 0.99, inked, bled)
    soft = cv2.GaussianBlur(alpha, (0, 0), 0.8) * 255
    return np.clip(np.dstack([colour, soft]) + 0.5, 0, 255).astype(np.uint8)


def _fitted(layer: Floats) -> Floats:
    """A layer scaled to `LENGTH`, in its clear rim."""
    scale = LENGTH / max(layer.shape[:2])
    size = max(1, round(layer.shape[1] * scale)), max(1, round(layer.shape[0] * scale))
    inner = cv2.resize(layer, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return np.asarray(cv2.copyMakeBorder(inner, *(RIM,) * 4, cv2.BORDER_CONSTANT), np.float32)


def pose_of(sign: Pixels, turn: Matrix, middle: Matrix) -> Matrix:
    """Return the pose that applies a (2, 2) matrix to a sign and centres it on `middle`."""
    pose = np.eye(3)
    pose[:2, :2] = turn
    pose[:2, 2] = middle - turn @ (np.array(sign.shape[1::-1]) / 2)
    return pose


def outline(sign: Pixels, pose: Matrix) -> Floats:
    """Return (4, 2) corners of the mark in the photo, without its rim, from top left on."""
    high, wide = sign.shape[0] - RIM, sign.shape[1] - RIM
    return geometry.project(pose, np.array([[RIM, RIM], [wide, RIM], [wide, high], [RIM, high]]))


def lay(ground: Pixels, sign: Pixels, pose: Matrix, shading: Floats) -> Pixels:
    """Composite the sign onto the ground, a photo (H, W, 3).

    `shading` (H, W) is multiplied into the sign where it lies.
    """
    alpha = sign[..., 3:].astype(np.float32) / 255
    ready, there = _reduced(np.dstack([sign[..., :3] * alpha, alpha]), pose)
    size = ground.shape[1], ground.shape[0]
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    inner = np.linalg.inv(half) @ there @ half
    layer = cv2.warpPerspective(ready, inner, size, flags=cv2.INTER_LINEAR)
    ink = layer[..., :3] * shading[..., None]
    return to_bytes(ground * (1 - layer[..., 3:]) + ink)


def _reduced(layer: Floats, pose: Matrix) -> tuple[Floats, Matrix]:
    """A layer no larger than it will be seen, so that the warp need not average, and its pose."""
    high, wide = layer.shape[:2]
    quad = geometry.quad_of(pose, (wide, high))
    scale = np.sqrt(abs(geometry.area(quad)) / (wide * high))
    if scale >= 1:
        return layer, pose
    small = max(1, round(wide * scale)), max(1, round(high * scale))
    ready = np.asarray(cv2.resize(layer, small, interpolation=cv2.INTER_AREA), np.float32)
    return ready, pose @ geometry.zoom(wide / small[0], high / small[1])


def light(ground: Pixels) -> Floats:
    """Return (H, W) the light on a sign: mildly the ground's relative brightness."""
    grey = cv2.GaussianBlur(cv2.cvtColor(ground, cv2.COLOR_RGB2GRAY), (0, 0), 2).astype(np.float32)
    relative = np.clip((grey + 1) / (grey.mean() + 1), 0.5, 1.5)
    return np.asarray(relative**SHADING, np.float32)


def tint_for(sign: Pixels, random: Generator) -> Floats:
    """Choose the RGB (3,), of `TINTS` drawn, that contrasts most with the sign's inks.

    Lightness counts double: a mark must stay visible when its hues are turned.
    """
    hsv = random.uniform((0, 0, 60), (180, 130, 245), (1, TINTS, 3)).astype(np.uint8)
    tints = np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)
    inks = sign[sign[..., 3] > 200][:, :3][None, ::7]
    if not inks.size:
        return np.asarray(tints[0, 0], np.float32)
    apart = np.linalg.norm(_lab(tints)[0][:, None] - _lab(inks)[0][None], axis=2)
    best = int(np.argmax(np.percentile(apart, 20, axis=1)))
    return np.asarray(tints[0, best], np.float32)


def _lab(pixels: Pixels) -> Floats:
    """Lab of pixels, lightness doubled."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB) * np.array([2, 1, 1]), np.float32)


def product(tint: Floats, random: Generator) -> Pixels:
    """Draw a plain product of one colour: light from one side, soft folds, a fine weave."""
    angle = random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) / SIDE - 0.5
    lit = 0.25 * (x * np.cos(angle) + y * np.sin(angle)) + 0.06 * cloud(random, (3, 6))
    weave = random.normal(0, 2, (SIDE, SIDE)).astype(np.float32)
    shade = np.clip(1 + lit, 0.6, 1.3)[..., None] * tint + weave[..., None]
    return to_bytes(shade)


def cloud(random: Generator, cells: tuple[int, ...]) -> Floats:
    """Return (SIDE, SIDE) smooth noise about 0, a sum of `cells` patches across."""
    field = np.zeros((SIDE, SIDE), np.float32)
    for count in cells:
        field += smooth_noise(random, count, (SIDE, SIDE)) / np.float32(np.sqrt(count / cells[0]))
    return field


def to_bytes(values: Floats) -> Pixels:
    """Round levels and clip them to 0..255."""
    return np.asarray(np.clip(values + np.float32(0.5), 0, 255), np.uint8)
