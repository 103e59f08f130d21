"""Conversion of every Pillow colour mode to 8-bit RGB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from detector.records import Picture, Pixels

_INDEXED = ("P", "PA")
_PROFILED = ("L", "RGB", "RGBA", "CMYK")  # modes to which a profile may apply
_SATURATION = 96  # a difference of luminance beyond this makes a shape no easier to see


def flatten(image: Image.Image, frame: int = 0) -> Iterator[Picture]:
    """Convert a loaded, upright image to RGB pictures: one, or two when it has transparency.

    A file with at least one transparent pixel gives a picture on white and one on a grey that
    contrasts with its opaque content, so that a white and a black logo both stay visible.
    `frame` is the frame number of the pictures. Raises ValueError for a mode that has no
    conversion to RGB.
    """
    image = _in_srgb(_to_eight_bits(image))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        if _is_transparent(rgba):
            yield Picture(_composite(rgba, 255), frame, "white")
            yield Picture(_composite(rgba, _contrasting_grey(rgba)), frame, "contrast")
            return
        image = rgba
    yield Picture(_pixels(image), frame)


def scale(values: NDArray[np.generic]) -> Pixels:
    """Rescale integers or floats of any range, (H, W), to uint8 as a viewer would show them.

    Values that fit 0..1 (floats only), 0..255 or 0..65535 keep that range's black and white;
    any others are stretched from their lowest to their highest. NaN and -inf become black, +inf
    white.
    """
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    full_scales = (1.0, 255.0, 65535.0) if values.dtype.kind == "f" else (255.0, 65535.0)
    full_scale = next((top for top in full_scales if low >= 0 and high <= top), None)
    black, span = (0.0, full_scale) if full_scale is not None else (low, high - low or 1.0)
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = (values.astype(np.float64) - black) * (255.0 / span)
    scaled = np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0)
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Convert the modes that Pillow clips or cannot convert to RGB to L, LA or RGB."""
    for prefix, convert in _CONVERTERS.items():
        if image.mode.startswith(prefix):
            return convert(image)
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Apply the embedded colour profile, as viewers do; one that makes no sense is ignored."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    if image.mode in _INDEXED:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.mode not in _PROFILED:
        return image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return converted or image


def _from_32_bit(image: Image.Image) -> Image.Image:
    """Scale 32-bit integers and floats."""
    return Image.fromarray(scale(np.asarray(image)))


def _from_16_bit(image: Image.Image) -> Image.Image:
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
    converted = ImageCms.applyTransform(image, transform)
    if converted is None:  # only an in-place transform gives None
        raise ValueError("the L*a*b* colours cannot be converted")
    return converted


_CONVERTERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "I;16": _from_16_bit,
    "I": _from_32_bit,
    "F": _from_32_bit,
    "LAB": _from_lab,
}


def _is_transparent(rgba: Image.Image) -> bool:
    """Whether any pixel of an RGBA image is not fully opaque."""
    lowest, _ = rgba.getchannel("A").getextrema()
    return isinstance(lowest, (int, float)) and lowest < 255


def _composite(rgba: Image.Image, grey: int) -> Pixels:
    """Composite an RGBA image on a flat grey."""
    background = Image.new("RGB", rgba.size, (grey, grey, grey))
    background.paste(rgba, mask=rgba.getchannel("A"))
    return _pixels(background)


def _contrasting_grey(rgba: Image.Image) -> int:
    """The grey of most contrast to the opaque content; the one nearest to 128 on a tie.

    Every opaque pixel counts by how far its luminance is from the grey, up to a saturation, so
    that a logo in black and white gets a background on which both can be seen.
    """
    opaque = rgba.getchannel("A").point([0] * 128 + [255] * 128)
    counts = np.array(rgba.convert("L").histogram(opaque), dtype=np.int64)
    levels = np.arange(256)
    distances = np.minimum(np.abs(levels[:, None] - levels[None, :]), _SATURATION)
    contrast = distances @ counts
    best = np.flatnonzero(contrast == contrast.max())
    return int(best[np.argmin(np.abs(best - 128))])


def _pixels(image: Image.Image) -> Pixels:
    """The (H, W, 3) array of an image in a mode that Pillow converts to RGB."""
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
