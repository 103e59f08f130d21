"""A mark as a photo shows it: printed, stitched, embossed or cast, on some ground, seen askew."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from detector.records import Floats, Matrix, Pixels
from training.grounds import Grounds, to_bytes
from training.lettering import Random, colour, contrasting
from training.wear import as_photographed

WINDOW = {"square": (64, 64), "wide": (48, 112)}
"""Height and width in pixels of the window that a descriptor is for; both shapes in cells of 16."""

AROUND = 16  # pixels of the photo round a window that the network sees too
FILL = 0.84  # of the window that its mark fills
_FLOAT = np.float32


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A mark on its way into a photo: colours (H, W, 3) 0..255 and cover (H, W) 0..1, float32."""

    colours: Floats
    cover: Floats


def crop_of(shape: str) -> tuple[int, int]:
    """Height and width of what the network sees of a window and round it."""
    high, wide = WINDOW[shape]
    return high + 2 * AROUND, wide + 2 * AROUND


def reference(random: Random, picture: Pixels, shape: str, *, plain: bool) -> Pixels:
    """A mark as its owner gives it: upright, clean, on a plain ground, at the window's scale."""
    layer = _layer(picture)
    if plain and random.random() < 0.5:
        layer = Layer(_flat(layer, colour(random)), layer.cover)
    pose = _placed(picture.shape, shape, random.uniform(0.94, 1.06), 0.0)
    mean = _mean(layer)
    choice = random.random()
    ground = (
        (255,) * 3 if choice < 0.6 else (0,) * 3 if choice < 0.75 else contrasting(random, mean)
    )
    if np.abs(np.subtract(ground, mean)).sum() < 150:
        ground = (255,) * 3 if mean.mean() < 128 else (0,) * 3
    warped = _warped(layer, pose, crop_of(shape))
    full = np.full((*crop_of(shape), 3), ground, _FLOAT)
    return to_bytes(_mixed(full, warped))


def photo(random: Random, grounds: Grounds, picture: Pixels, shape: str, *, plain: bool) -> Pixels:
    """One crop of a photo with a mark in its middle, (H, W, 3) of `crop_of(shape)`."""
    size = crop_of(shape)
    ground = grounds.crop(random, size).astype(_FLOAT)
    shown = laid(random, ground, picture, _askew(random, picture.shape, shape), plain=plain)
    if random.random() < 0.12:
        shown = covered(random, shown, grounds.crop(random, size))
    return as_photographed(random, shown)


def laid(random: Random, ground: Floats, picture: Pixels, pose: Matrix, *, plain: bool) -> Floats:
    """A ground (H, W, 3) with a mark on it, printed or in relief, under a pose (3, 3).

    `picture` is the mark (h, w, 4), `pose` goes from its pixels to those of the ground. A mark that
    is `plain` has one colour.
    """
    layer = _redrawn(random, _recoloured(random, _layer(picture), plain=plain))
    warped = _bent(random, _warped(layer, pose, (ground.shape[0], ground.shape[1])))
    if random.random() < 0.13:
        return _relief(random, ground, warped)
    return _printed(random, ground, warped, pose, picture.shape)


def empty(random: Random, grounds: Grounds, shape: str) -> Pixels:
    """One crop of a photo without a mark: a ground, half of them with a plain thing on it."""
    ground = grounds.crop(random, crop_of(shape)).astype(_FLOAT)
    if random.random() < 0.45:
        ground = _with_thing(random, ground)
    return as_photographed(random, ground)


def _layer(picture: Pixels) -> Layer:
    return Layer(picture[..., :3].astype(_FLOAT), (picture[..., 3] / 255).astype(_FLOAT))


def _mean(layer: Layer) -> Floats:
    inside = layer.cover > 0.6
    return layer.colours[inside].mean(axis=0) if inside.any() else np.zeros(3, _FLOAT)


def _flat(layer: Layer, ink: tuple[int, int, int]) -> Floats:
    return np.asarray(np.broadcast_to(np.array(ink, _FLOAT), layer.colours.shape), _FLOAT)


def _recoloured(random: Random, layer: Layer, *, plain: bool) -> Layer:
    """In its own colours, in one or two others, as a negative, or with its colours exchanged."""
    choice = random.random()
    if plain:
        return Layer(_flat(layer, colour(random)), layer.cover) if choice < 0.8 else layer
    if choice < 0.25:
        return _in_two_inks(random, layer)
    if choice < 0.33:
        return Layer(255 - layer.colours, layer.cover)
    if choice < 0.41:
        return Layer(layer.colours[..., random.permutation(3)], layer.cover)
    return layer


def _in_two_inks(random: Random, layer: Layer) -> Layer:
    """Light parts in one ink and dark ones in another, or nothing printed there."""
    inside = layer.cover > 0.6
    if not inside.any():
        return layer
    grey = layer.colours.mean(axis=2)
    low, high = np.percentile(grey[inside], (5, 95))
    light = np.clip((grey - low) / max(high - low, 20), 0, 1).astype(_FLOAT)
    if random.random() < 0.5:
        light = 1 - light
    ink = colour(random)
    if high - low > 20 and random.random() < 0.4:
        return Layer(_flat(layer, ink), layer.cover * light)
    other = np.array(contrasting(random, ink), _FLOAT)
    return Layer(_flat(layer, ink) * light[..., None] + other * (1 - light[..., None]), layer.cover)


def _redrawn(random: Random, layer: Layer) -> Layer:
    """As another hand draws it: other weight of lines, only the outline, an unsteady edge."""
    cover = layer.cover
    choice = random.random()
    if choice < 0.2:
        cover = _heavier(random, cover)
    elif choice < 0.27:
        kernel = np.ones((3, 3), np.uint8)
        cover = cv2.dilate(cover, kernel) - cv2.erode(cover, kernel, iterations=2)
    layer = Layer(layer.colours, np.clip(cover, 0, 1))
    return _unsteady(random, layer) if random.random() < 0.25 else layer


def _heavier(random: Random, cover: Floats) -> Floats:
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray((cv2.erode if random.random() < 0.4 else cv2.dilate)(cover, kernel), _FLOAT)


def _unsteady(random: Random, layer: Layer) -> Layer:
    high, wide = layer.cover.shape
    coarse = random.standard_normal((2, 7, 9)).astype(_FLOAT) * random.uniform(0.8, 3.0)
    away = [cv2.resize(one, (wide, high), interpolation=cv2.INTER_CUBIC) for one in coarse]
    x, y = np.meshgrid(np.arange(wide, dtype=_FLOAT), np.arange(high, dtype=_FLOAT))
    return _remapped(layer, x + away[0], y + away[1])


def _remapped(layer: Layer, x: Floats, y: Floats) -> Layer:
    colours = cv2.remap(layer.colours, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.remap(layer.cover, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return Layer(np.asarray(colours, _FLOAT), np.asarray(cover, _FLOAT))


def _placed(canvas: tuple[int, ...], shape: str, zoom: float, turn: float) -> Matrix:
    """The pose (3, 3) that lays a canvas into the middle of the window's crop."""
    high, wide = crop_of(shape)
    window = WINDOW[shape]
    inner = (canvas[0] - 8, canvas[1] - 8)  # what of the canvas a mark may fill
    scale = zoom * FILL * min(window[0] / inner[0], window[1] / inner[1])
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    x, y = (canvas[1] - 1) / 2, (canvas[0] - 1) / 2
    linear = np.array([[cos, -sin], [sin, cos]])
    shift = np.array([(wide - 1) / 2, (high - 1) / 2]) - linear @ [x, y]
    return np.vstack([np.column_stack([linear, shift]), [0, 0, 1]])


def _askew(random: Random, canvas: tuple[int, ...], shape: str) -> Matrix:
    """Turned, stretched, off the middle and in perspective, within what neighbours cover."""
    turn = np.deg2rad(random.normal(0, 9) if random.random() < 0.75 else random.uniform(-28, 28))
    base = _placed(canvas, shape, 2 ** random.uniform(-0.34, 0.34), turn)
    high, wide = crop_of(shape)
    middle = np.array([[1, 0, (wide - 1) / 2], [0, 1, (high - 1) / 2], [0, 0, 1]])
    stretch, lean = 2 ** random.normal(0, 0.1), random.normal(0, 0.07)
    away = random.uniform(-9.5, 9.5, 2)
    view = np.array([[stretch, lean, away[0]], [0, 1 / stretch, away[1]], [0, 0, 1]])
    if random.random() < 0.5:
        view[2, :2] = random.normal(0, 0.0018, 2)
    return np.asarray(middle @ view @ np.linalg.inv(middle) @ base, np.float64)


def _warped(layer: Layer, pose: Matrix, size: tuple[int, int]) -> Layer:
    mixed = np.dstack([layer.colours * layer.cover[..., None], layer.cover])
    warped = cv2.warpPerspective(mixed, pose, size[::-1], flags=cv2.INTER_LINEAR)
    cover = warped[..., 3]
    colours = warped[..., :3] / np.maximum(cover, 1e-3)[..., None]
    return Layer(np.asarray(colours, _FLOAT), np.asarray(cover, _FLOAT))


def _bent(random: Random, layer: Layer) -> Layer:
    """Round a can or over folds of cloth, now and then."""
    choice = random.random()
    if choice > 0.22:
        return layer
    high, wide = layer.cover.shape
    x, y = np.meshgrid(np.arange(wide, dtype=_FLOAT), np.arange(high, dtype=_FLOAT))
    if choice < 0.1:
        half, middle = wide / 2, (wide - 1) / 2
        far = np.clip((x - middle) / half * 0.98, -1, 1)
        return _remapped(layer, np.arcsin(far) / (np.pi / 2) * half * 1.25 + middle, y)
    wave = random.uniform(1.0, 3.5) * np.sin(
        2 * np.pi * (x * random.uniform(-1, 1) + y * random.uniform(-1, 1)) / random.uniform(25, 70)
        + random.uniform(0, 6.3)
    )
    turn = random.uniform(0, 2 * np.pi)
    return _remapped(
        layer, (x + wave * np.cos(turn)).astype(_FLOAT), (y + wave * np.sin(turn)).astype(_FLOAT)
    )


def _relief(random: Random, ground: Floats, layer: Layer) -> Floats:
    """Embossed, cast in metal or stitched: seen by its edges and its own surface, not its ink."""
    grey = layer.colours.mean(axis=2) / 255
    height = cv2.GaussianBlur(layer.cover * (0.5 + 0.5 * grey), (0, 0), random.uniform(0.6, 1.8))
    dx, dy = cv2.Sobel(height, cv2.CV_32F, 1, 0), cv2.Sobel(height, cv2.CV_32F, 0, 1)
    turn = random.uniform(0, 2 * np.pi)
    slope = dx * np.cos(turn) + dy * np.sin(turn)
    shown = ground + (random.uniform(50, 170) * slope)[..., None]
    cover = layer.cover[..., None]
    choice = random.random()
    if choice < 0.35:
        bands = 128 + 110 * np.sin(random.uniform(2, 7) * (height * 2 + slope) + turn)
        tint = np.array(colour(random), _FLOAT) * 0.3 + 0.7 * bands[..., None]
        return np.asarray(shown * (1 - cover) + tint * cover, _FLOAT)
    if choice < 0.7:
        return np.asarray(_stitched(random, shown, layer), _FLOAT)
    return np.asarray(shown + cover * random.uniform(-40, 40), _FLOAT)


def _stitched(random: Random, shown: Floats, layer: Layer) -> Floats:
    """Threads in one direction, each with its light side."""
    high, wide = layer.cover.shape
    x, y = np.meshgrid(np.arange(wide, dtype=_FLOAT), np.arange(high, dtype=_FLOAT))
    turn, pitch = random.uniform(0, np.pi), random.uniform(1.8, 3.5)
    thread = np.sin(2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / pitch)
    lit = layer.colours * (1 + random.uniform(0.1, 0.35) * thread[..., None])
    cover = layer.cover[..., None]
    return np.asarray(shown * (1 - cover) + lit * cover, _FLOAT)


def _printed(
    random: Random, ground: Floats, layer: Layer, pose: Matrix, canvas: tuple[int, ...]
) -> Floats:
    mean = _mean(layer)
    if random.random() < 0.45:
        ground = _plated(random, ground, mean, pose, canvas)
    else:
        high, wide = layer.cover.shape
        local = ground[high // 5 : -high // 5, wide // 5 : -wide // 5].mean(axis=(0, 1))
        if np.abs(local - mean).mean() < 45:
            ground = np.clip(ground + (110 if local.mean() < 128 else -110), 0, 255)
    if random.random() < 0.35:
        shade = cv2.GaussianBlur(ground.mean(axis=2), (0, 0), random.uniform(0.5, 4))
        lit = layer.colours * np.clip(shade / (shade.mean() + 1), 0.4, 1.6)[..., None]
        layer = Layer(np.asarray(lit, _FLOAT), layer.cover)
    strength = 1.0 if random.random() < 0.6 else random.uniform(0.55, 1)
    return _mixed(ground, Layer(layer.colours, layer.cover * _FLOAT(strength)))


def _plated(
    random: Random, ground: Floats, mean: Floats, pose: Matrix, canvas: tuple[int, ...]
) -> Floats:
    """A sign, label or panel behind the mark."""
    high, wide = canvas[:2]
    choice, spare = random.random(), random.uniform(0, 0.35) * min(high, wide)
    if choice < 0.3:
        spare = 400.0
    right, bottom = wide + spare, high + spare
    outline = np.array([[-spare, -spare], [right, -spare], [right, bottom], [-spare, bottom]])
    if choice > 0.85:
        turn = np.linspace(0, 2 * np.pi, 24)
        circle = np.stack([np.cos(turn), np.sin(turn)], 1)
        outline = np.array([wide, high]) * (0.5 + 0.65 * circle)
    corners = cv2.perspectiveTransform(outline[None].astype(_FLOAT), pose)[0]
    plate = np.zeros(ground.shape[:2], np.uint8)
    around = (np.clip(corners, -4000, 4000) * 8).astype(np.int32)
    cv2.fillPoly(plate, [around], 255, cv2.LINE_AA, 3)
    tint = np.array(contrasting(random, mean), _FLOAT)
    grain = ground.mean(axis=2, keepdims=True) / (ground.mean() + 1) * 0.25 + 0.75
    surface = tint * np.clip(grain, 0.3, 1.6) if random.random() < 0.5 else tint
    cover = plate[..., None] / _FLOAT(255)
    return np.asarray(ground * (1 - cover) + surface * cover, _FLOAT)


def _mixed(ground: Floats, layer: Layer) -> Floats:
    cover = layer.cover[..., None]
    return np.asarray(layer.colours * cover + ground * (1 - cover), _FLOAT)


def covered(random: Random, shown: Floats, other: Pixels) -> Floats:
    """Something before a part of the mark, up to about a third of it."""
    high, wide = shown.shape[:2]
    turn = random.uniform(0, 2 * np.pi)
    middle = np.array([wide, high]) * (0.5 + 0.45 * np.array([np.cos(turn), np.sin(turn)]))
    around = middle + random.normal(size=(6, 2)) * random.uniform(0.12, 0.3) * min(high, wide)
    mask = np.zeros((high, wide), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(around.astype(np.int32)), 1)
    return np.where(mask[..., None] > 0, other, shown).astype(_FLOAT)


def _with_thing(random: Random, ground: Floats) -> Floats:
    """A button, cap, wheel, seam or edge: what is round or straight and no mark."""
    high, wide = ground.shape[:2]
    ground = np.ascontiguousarray(ground)
    at = (int(random.uniform(0.3, 0.7) * wide), int(random.uniform(0.3, 0.7) * high))
    size = int(random.uniform(0.15, 0.5) * min(high, wide))
    ink = np.array(colour(random), float)
    if random.random() < 0.3:
        ends = random.uniform(-20, wide + 20, (2, 2)).astype(int)
        (x, y), (to_x, to_y) = ends.tolist()
        thick = max(1, size // 4)
        cv2.line(ground, (x, y), (to_x, to_y), ink.tolist(), thick, cv2.LINE_AA)
        return ground
    flat = (size, max(2, int(size * random.uniform(0.5, 1))))
    turn = random.uniform(0, 180)
    cv2.ellipse(ground, at, flat, turn, 0, 360, ink.tolist(), -1, cv2.LINE_AA)
    for share in random.uniform(0.2, 0.95, random.integers(0, 4)):
        inner = (max(1, int(flat[0] * share)), max(1, int(flat[1] * share)))
        shade = np.clip(ink + random.uniform(-90, 90), 0, 255).tolist()
        thick = int(random.choice([-1, 1, 2, 3]))
        cv2.ellipse(ground, at, inner, turn, 0, 360, shade, thick, cv2.LINE_AA)
    return ground
