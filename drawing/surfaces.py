"""What is printed, sewn or pressed on a product: colour, relief and which pixels show a mark.

Arrays have row 0 at the top. Colours are sRGB floats in 0..1; heights are in units of the print
relief (about a tenth of a millimetre); `labels` is 0 or the number of a `Sign`.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from drawing.noise import Colour, plain, smooth

Array = NDArray[np.float64]
Craft = Literal["print", "stitch", "deboss", "foil"]


@dataclass(frozen=True, slots=True)
class Sign:
    """A visible sign: the protected mark it shows or imitates, and words for labels.csv."""

    mark: str
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """`colour` (H, W, 3), `height`, `rough`, `metal` (H, W), `labels` (H, W) uint8."""

    colour: Array
    height: Array
    rough: Array
    metal: Array
    labels: NDArray[np.uint8]
    signs: tuple[Sign, ...] = ()


def surface(colour: Array, height: Array | float = 0.0, rough: Array | float = 0.6) -> Surface:
    """A surface without signs from a colour texture."""
    shape = colour.shape[:2]
    relief, gloss, metal = (
        np.broadcast_to(np.asarray(v, dtype=float), shape) for v in (height, rough, 0.0)
    )
    return Surface(colour, relief, gloss, metal, np.zeros(shape, np.uint8))


def flat(width: int, height: int, colour: Colour, rough: float = 0.6) -> Surface:
    """A plain surface of width by height pixels."""
    return surface(plain((height, width), colour), rough=rough)


def rendered(svg: str, width: int) -> Array:
    """An SVG as (H, W, 4) RGBA floats, not premultiplied, `width` pixels wide."""
    import resvg_py
    from PIL import Image

    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"), dtype=float) / 255


def one_colour(art: Array, ink: Colour) -> Array:
    """The art in one ink: its light parts become bare ground."""
    light = art[..., :3] @ np.array([0.3, 0.59, 0.11])
    out = art.copy()
    out[..., :3] = ink
    out[..., 3] *= np.clip((0.93 - light) / 0.3, 0, 1)
    return out


def hue_turned(art: Array, degrees: float) -> Array:
    """The art with every hue turned by `degrees`."""
    import cv2

    hsv = cv2.cvtColor(art[..., :3].astype(np.float32), cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0] + degrees) % 360
    out = art.copy()
    out[..., :3] = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    return out


def _spread(
    art: Array, shape: tuple[int, int], at: tuple[float, float], turn: float, mirrored: bool
) -> Array:
    """The art on an empty canvas, its centre at pixel `at`, turned clockwise by `turn` degrees."""
    import cv2

    h, w = art.shape[:2]
    c, s, flip = np.cos(np.radians(turn)), np.sin(np.radians(turn)), -1 if mirrored else 1
    linear = np.array([[c * flip, -s], [s * flip, c]])
    shift = np.array(at) - linear @ np.array([w / 2, h / 2])
    premultiplied = np.concatenate([art[..., :3] * art[..., 3:], art[..., 3:]], -1)
    matrix = np.concatenate([linear, shift[:, None]], 1)
    return np.asarray(cv2.warpAffine(premultiplied, matrix, shape[::-1], flags=cv2.INTER_LINEAR))


def applied(
    ground: Surface,
    art: Array | str,
    at: tuple[float, float],
    width: float,
    *,
    sign: Sign | None = None,
    turn: float = 0,
    mirrored: bool = False,
    craft: Craft = "print",
    wear: float = 0.0,
) -> Surface:
    """`ground` with art (RGBA array or SVG) on it; `at` and `width` in parts of the ground.

    Art given as an array is used at its own size in pixels and `width` is not used. `wear` is the
    share of ink that has flaked off.
    """
    h, w = ground.labels.shape
    drawn = rendered(art, round(width * w)) if isinstance(art, str) else art
    layer = _spread(drawn, (h, w), (at[0] * w, at[1] * h), turn, mirrored)
    if wear:
        flake = smooth(np.random.default_rng(3), (h, w), (h / 5, w / 5))
        layer = layer * (flake < 2.2 - 3 * wear)[..., None]
    alpha = layer[..., 3]
    labels = ground.labels
    signs = ground.signs
    if sign is not None:
        signs = (*signs, sign)
        labels = np.where(alpha > 0.5, np.uint8(len(signs)), labels).astype(np.uint8)
    inked = replace(ground, labels=labels, signs=signs)
    return {"print": _printed, "stitch": _stitched, "deboss": _debossed, "foil": _foiled}[craft](
        inked, layer
    )


def _printed(ground: Surface, layer: Array) -> Surface:
    alpha = layer[..., 3:]
    return replace(ground, colour=ground.colour * (1 - alpha) + layer[..., :3])


def _stitched(ground: Surface, layer: Array) -> Surface:
    """Satin stitch: rounded threads across each shape, lighter on top, raised from the cloth."""
    import cv2

    alpha = np.clip(layer[..., 3] * 1.6 - 0.3, 0, 1)
    colour = layer[..., :3] / np.maximum(layer[..., 3:], 1e-3)
    h, w = alpha.shape
    y, x = np.mgrid[0:h, 0:w]
    tone = colour @ np.array([1.0, 2.3, 3.1])
    lean = np.where(np.sin(tone * 9) > 0, 0.55, -0.4)
    phase = (y + lean * x) / 5.0 + 0.35 * smooth(np.random.default_rng(5), (h, w), (h / 9, w / 40))
    thread = np.abs(np.sin(np.pi * phase))
    edge = cv2.GaussianBlur(alpha, (0, 0), 4.0)
    shade = 0.72 + 0.36 * thread
    sewn = np.clip(colour * shade[..., None], 0, 1)
    a = alpha[..., None]
    height = ground.height * (1 - alpha) + alpha * (2.2 * edge + 0.9 * thread)
    return replace(
        ground,
        colour=ground.colour * (1 - a) + sewn * a,
        height=height,
        rough=ground.rough * (1 - alpha) + 0.42 * alpha,
    )


def _debossed(ground: Surface, layer: Array) -> Surface:
    import cv2

    deep = cv2.GaussianBlur(layer[..., 3], (0, 0), 2.0)
    colour = ground.colour * (1 - 0.28 * deep[..., None])
    return replace(ground, height=ground.height - 4.0 * deep, colour=colour)


def _foiled(ground: Surface, layer: Array) -> Surface:
    inked = _printed(ground, layer)
    alpha = layer[..., 3]
    return replace(
        inked,
        rough=ground.rough * (1 - alpha) + 0.24 * alpha,
        metal=np.maximum(ground.metal, alpha),
    )


def patterned(
    ground: Surface, svg: str, tiles: float, sign: Sign | None = None, turn: float = 0
) -> Surface:
    """`ground` all covered by a repeating tile, `tiles` across the width."""
    import cv2

    h, w = ground.labels.shape
    tile = rendered(svg, round(w / tiles))[..., :3]
    side = int(np.hypot(h, w)) + 2
    reps = (side // tile.shape[0] + 1, side // tile.shape[1] + 1, 1)
    field = np.tile(tile, reps)[:side, :side]
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), turn, 1.0)
    matrix[:, 2] += (w / 2 - side / 2, h / 2 - side / 2)
    warped = cv2.warpAffine(field, matrix, (w, h), borderMode=cv2.BORDER_WRAP)
    colour = np.asarray(warped, dtype=float)
    if sign is None:
        return replace(ground, colour=colour)
    signs = (*ground.signs, sign)
    labels = np.full((h, w), len(signs), np.uint8)
    return replace(ground, colour=colour, labels=labels, signs=signs)
