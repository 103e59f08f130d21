"""From every colour mode a file can have to plain RGB, losing nothing a buyer would see."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from detector.records import Picture, Pixels

_SATURATION = 96  # a difference of luminance beyond this makes a shape no easier to see


def flatten(image: Image.Image, frame: int = 0) -> Iterator[Picture]:
    """Yield a loaded, upright image as RGB pictures: one, or two when it can be seen through.

    A file with at least one transparent pixel gives a picture on white and one on a grey that
    contrasts with its opaque content, so that a white and a black logo both stay visible.
    `frame` is noted in the pictures. Raises ValueError for a mode that has no way to RGB.
    """
    image = _to_eight_bits(image)
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        if _has_holes(layered):
            yield Picture(_laid_on(layered, 255), frame, "white")
            yield Picture(_laid_on(layered, _contrast(layered)), frame, "contrast")
            return
        image = layered
    yield Picture(_pixels(image), frame)


def scale(values: NDArray[np.generic]) -> Pixels:
    """Bring integers or floats of any range, (H, W), to uint8 as a viewer would show them.

    Values that fit 0..1 (floats only), 0..255 or 0..65535 keep that range's black and white;
    any others are stretched from their lowest to their highest. NaN and -inf become black, +inf
    white.
    """
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    tops = (1.0, 255.0, 65535.0) if values.dtype.kind == "f" else (255.0, 65535.0)
    top = next((top for top in tops if low >= 0 and high <= top), None)
    black, span = (0.0, top) if top is not None else (low, high - low or 1.0)
    with np.errstate(invalid="ignore", over="ignore"):
        shown = (values.astype(np.float64) - black) * (255.0 / span)
    shown = np.nan_to_num(shown, nan=0.0, posinf=255.0, neginf=0.0)
    return np.clip(np.rint(shown), 0, 255).astype(np.uint8)


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Turn the modes that Pillow clips or refuses on the way to RGB into L, LA or RGB."""
    for prefix, turn in _TURNS.items():
        if image.mode.startswith(prefix):
            return turn(image)
    return image


def _from_wide(image: Image.Image) -> Image.Image:
    """Scale 32-bit integers and floats."""
    return Image.fromarray(scale(np.asarray(image)))


def _from_sixteen(image: Image.Image) -> Image.Image:
    """Divide 16-bit grey by 257; a transparent key value becomes an alpha channel."""
    values = np.asarray(image).astype(np.uint32)
    grey = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
    return grey


def _from_lab(image: Image.Image) -> Image.Image:
    """Convert CIE L*a*b* to sRGB, for which Pillow has no `convert`."""
    source, target = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(source, target, "LAB", "RGB")
    turned = ImageCms.applyTransform(image, transform)
    if turned is None:  # only an in-place transform gives None
        raise ValueError("the L*a*b* colours cannot be converted")
    return turned


_TURNS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "I;16": _from_sixteen,
    "I": _from_wide,
    "F": _from_wide,
    "LAB": _from_lab,
}


def _has_holes(layered: Image.Image) -> bool:
    """Whether any pixel of an RGBA image is not fully opaque."""
    lowest, _ = layered.getchannel("A").getextrema()
    return isinstance(lowest, (int, float)) and lowest < 255


def _laid_on(layered: Image.Image, grey: int) -> Pixels:
    """Lay an RGBA image on a flat grey."""
    ground = Image.new("RGB", layered.size, (grey, grey, grey))
    ground.paste(layered, mask=layered.getchannel("A"))
    return _pixels(ground)


def _contrast(layered: Image.Image) -> int:
    """Find the grey from which the opaque content stands out most; middle grey on a tie.

    Every opaque pixel counts by how far its luminance is from the grey, up to a saturation, so
    that a logo in black and white gets a ground on which both can be seen.
    """
    opaque = layered.getchannel("A").point([0] * 128 + [255] * 128)
    counts = np.array(layered.convert("L").histogram(opaque), dtype=np.int64)
    greys = np.arange(256)
    distances = np.minimum(np.abs(greys[:, None] - greys[None, :]), _SATURATION)
    contrast = distances @ counts
    best = np.flatnonzero(contrast == contrast.max())
    return int(best[np.argmin(np.abs(best - 128))])


def _pixels(image: Image.Image) -> Pixels:
    """The (H, W, 3) array of an image in a mode that Pillow turns to RGB itself."""
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
