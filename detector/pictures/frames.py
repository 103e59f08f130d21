"""Which frames of an animation, and which pages of a document, are read."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFile, TiffImagePlugin

from detector.records import Picture, Pixels
from detector.settings import ReaderSettings

_SUBFILE_TYPE, _REDUCED = 254, 1  # TIFF 6.0, NewSubfileType: "a reduced-resolution version"
_SAME_ASPECT = 1.5  # pixels by which rounding may change a side of a preview
_SAME_PICTURE = 0.9  # correlation of a preview with its picture; pages of a text have less


def frame_numbers(image: ImageFile.ImageFile, settings: ReaderSettings) -> list[int]:
    """Number the frames of an open file that are to be decoded, from 0 and in order.

    They are evenly spaced from the first to the last, and no more than the limits on frames and
    pixels allow. Pages that a TIFF declares to be previews of others are left out; where there is
    nothing else, no number is returned.
    """
    pages = _whole_pages(image)
    if pages:
        image.seek(pages[0])
    limit = min(settings.max_frames, settings.max_pixels // (image.width * image.height))
    return [pages[place] for place in _evenly_spaced(len(pages), max(1, limit))]


def without_previews(pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
    """Leave out pages that are smaller copies of another page, though the file does not say so."""
    pages = {picture.frame: picture.pixels for picture in reversed(pictures)}
    if len({page.shape for page in pages.values()}) < 2:
        return pictures
    copies = {
        frame
        for frame, page in pages.items()
        if any(_is_preview(page, whole) for whole in pages.values())
    }
    return tuple(picture for picture in pictures if picture.frame not in copies)


def _whole_pages(image: ImageFile.ImageFile) -> list[int]:
    """Number the frames of an animation or the pages of a document, without declared previews.

    A phone's JPEG with further pictures behind it (MPO: a second eye, a brightness map) is one.
    """
    count = 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return list(range(count))
    return [number for number in range(count) if not _is_declared_preview(image, number)]


def _is_declared_preview(image: TiffImagePlugin.TiffImageFile, number: int) -> bool:
    image.seek(number)
    kind = image.tag_v2.get(_SUBFILE_TYPE, 0)
    return isinstance(kind, int) and bool(kind & _REDUCED)


def _is_preview(small: Pixels, large: Pixels) -> bool:
    """Whether a page is a smaller copy of another one: the same shape and the same content."""
    height, width = small.shape[:2]
    scale = max(small.shape[:2]) / max(large.shape[:2])
    if scale >= 1 or abs(large.shape[0] * scale - height) > _SAME_ASPECT:
        return False
    if abs(large.shape[1] * scale - width) > _SAME_ASPECT:
        return False
    shrunk = Image.fromarray(large).resize((width, height), Image.Resampling.BOX)
    return _correlation(small, np.asarray(shrunk)) > _SAME_PICTURE


def _correlation(one: Pixels, other: Pixels) -> float:
    """Correlate two pictures of one size, -1..1; 0 where one of them is blank."""
    first, second = (pixels.astype(np.float32) - pixels.mean() for pixels in (one, other))
    energy = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / energy if energy else 0.0


def _evenly_spaced(count: int, wanted: int) -> list[int]:
    """Numbers of at most `wanted` of `count` frames, evenly spaced from first to last."""
    steps = max(1, min(count, wanted) - 1)
    return sorted({(step * (count - 1)) // steps for step in range(min(count, wanted))})
