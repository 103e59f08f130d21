"""The guarded reader: any file or bytes in, a `Reading` out, never an exception.

Sizes are checked from the header before anything is decoded; a file cut short is decoded as far as
it goes and called partial; whatever else goes wrong becomes a status and a message.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import BinaryIO

from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from detector.pictures.colours import flatten
from detector.pictures.formats import (
    HEAD,
    is_foreign,
    name_alien,
    name_format,
    open_canvas,
    strip_metadata,
)
from detector.records import Picture, Reading, Status
from detector.settings import ReaderSettings

_DEFAULT = ReaderSettings()

# Decoders raise anything on damaged bytes (seen: OSError ValueError SyntaxError UnicodeDecodeError
# NotImplementedError MemoryError struct.error), so the boundary names all but a request to stop.
_DAMAGE = (Exception, MemoryError)

# Pillow's limits and Python's warning filters belong to the whole process: one thread decodes at a
# time, or a rescue in one thread would let another call a file cut short "ok".
_LOCK = threading.Lock()

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class _Unread(Exception):
    """Ends a reading on purpose, with what is to be reported."""

    def __init__(self, status: Status, message: str, size: tuple[int, int] = (0, 0)) -> None:
        super().__init__(message)
        self.status, self.message, self.size = status, message, size


def read_picture(path: str | os.PathLike[str], settings: ReaderSettings = _DEFAULT) -> Reading:
    """Read one file. Raises nothing: what cannot be read is a `Reading` with status and message.

    The format is told from the bytes, so a wrong suffix does no harm. Only a regular file is
    opened, and at most `settings.max_bytes` + 1 bytes of it are read. A file that is neither named
    like a picture nor starts like one is `skipped` after its first kilobyte.
    """
    name = os.fspath(path)
    try:
        with _open(name) as file:
            head = file.read(HEAD)
            _check_format(head, name)
            data = head + file.read(max(0, settings.max_bytes + 1 - len(head)))
    except _Unread as trouble:
        return Reading(name, trouble.status, trouble.message)
    except (OSError, ValueError, MemoryError) as trouble:
        reason = getattr(trouble, "strerror", None) or str(trouble) or "not enough memory"
        return Reading(name, "error", f"cannot be read: {reason}. Check the path and its rights.")
    return read_bytes(data, name, settings)


def read_bytes(data: bytes, name: str, settings: ReaderSettings = _DEFAULT) -> Reading:
    """Read one picture from memory; `name` is reported as its path. Raises nothing.

    `width` and `height` of the answer are of the first frame, upright. At most
    `settings.max_frames` frames are read, spread evenly from the first to the last, fewer when
    they would together exceed `settings.max_pixels`.
    """
    if len(data) > settings.max_bytes:
        excess = f"more than {settings.max_bytes:,} bytes"
        return Reading(name, "refused", f"{excess}. Save a smaller picture or raise max_bytes.")
    reading = Reading(name, "error", digest=hashlib.sha256(data).hexdigest())
    try:
        return _read(data, reading, settings)
    except _Unread as trouble:
        width, height = trouble.size
        told = replace(reading, status=trouble.status, message=trouble.message)
        return replace(told, width=width, height=height)
    except MemoryError:
        return replace(reading, message="not enough memory to decode it. Save a smaller picture.")
    except _DAMAGE as trouble:
        message = f"damaged beyond rescue ({_words(trouble)}). Export the picture again."
        return replace(reading, message=message)


def _open(name: str) -> BinaryIO:
    """Open a regular file; anything else (folder, pipe, device) is left before it can block."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(name, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _Unread("error", "not a regular file (a folder, pipe or device). Give a file.")
    return os.fdopen(descriptor, "rb")


def _check_format(head: bytes, name: str) -> str:
    """Name the picture format of the bytes, or end the reading with what they are instead."""
    kind = name_format(head)
    if kind == "SVG":
        raise _Unread("skipped", "an SVG drawing is not a photo. Export it as PNG to have it read.")
    if kind == "HEIF" and not _can_read_heif():
        remedy = 'Install it with: pip install "detector[heic]"'
        raise _Unread("skipped", f"HEIC photos need the package pillow-heif. {remedy}")
    if kind:
        return kind
    if is_foreign(name):
        raise _Unread("skipped", "not a picture, by name and content. Nothing needs to be done.")
    if not head:
        raise _Unread("error", "the file is empty. Export or download it again.")
    raise _Unread("error", f"not a picture but {name_alien(head)}. Export it as JPEG or PNG.")


def _can_read_heif() -> bool:
    """Register the HEIC decoder with Pillow where its extra is installed."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


def _read(data: bytes, reading: Reading, settings: ReaderSettings) -> Reading:
    """Decode strictly, a PNG a second time without its metadata, and then rescue what is there."""
    kind = _check_format(data[:HEAD], reading.path)
    trouble: Exception = ValueError("nothing decoded")
    for body in _bodies(data, kind):
        try:
            return _answer(reading, _decode(body, kind, settings))
        except (_Unread, MemoryError):
            raise
        except _DAMAGE as damage:
            trouble = damage
    pictures = _rescue(body, kind, settings)
    if not any(_shows_something(picture) for picture in pictures):
        raise trouble
    message = f"damaged or cut short ({_words(trouble)}); read as far as it goes. Upload it again."
    return replace(_answer(reading, pictures), status="partial", message=message)


def _bodies(data: bytes, kind: str) -> Iterator[bytes]:
    """Yield the bytes to decode and, where Pillow may refuse more than a viewer, others to try."""
    yield open_canvas(data) if kind == "WEBP" else data
    if kind == "PNG":
        yield strip_metadata(data)


def _answer(reading: Reading, pictures: tuple[Picture, ...]) -> Reading:
    """Complete a reading with its pictures and the upright size of the first."""
    height, width, _ = pictures[0].pixels.shape
    return replace(reading, status="ok", width=width, height=height, pictures=pictures)


def _decode(data: bytes, kind: str, settings: ReaderSettings) -> tuple[Picture, ...]:
    """Decode the frames wanted of a file, all or none."""
    with _pillow(settings, rescue=False), _opened(data, kind, settings) as image:
        numbers = _spread(_count(image), _affordable(image, settings))
        return tuple(_frames(image, numbers, settings))


def _rescue(data: bytes, kind: str, settings: ReaderSettings) -> tuple[Picture, ...]:
    """Decode what there is of a damaged file; empty when there is nothing."""
    pictures: list[Picture] = []
    try:
        with _pillow(settings, rescue=True), _opened(data, kind, settings) as image:
            pictures.extend(_frames(image, [0], settings))
            numbers = _spread(_count(image), _affordable(image, settings))
            pictures.extend(_frames(image, numbers[1:], settings))
    except _DAMAGE:
        return tuple(pictures)
    return tuple(pictures)


@contextmanager
def _pillow(settings: ReaderSettings, *, rescue: bool) -> Iterator[None]:
    """Set Pillow's and Python's process-wide switches for one decode, and put them back."""
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = settings.max_pixels, rescue
        try:
            yield
        except Image.DecompressionBombError as bomb:
            excess = f"its header claims far more than {settings.max_pixels:,} pixels"
            raise _Unread("refused", f"{excess}. Save a smaller picture.") from bomb
        finally:
            Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


@contextmanager
def _opened(data: bytes, kind: str, settings: ReaderSettings) -> Iterator[ImageFile.ImageFile]:
    """Open a file as far as its header, and check the size given there."""
    with Image.open(BytesIO(data), formats=[kind]) as image:
        _check_size(image, settings)
        yield image


def _check_size(image: Image.Image, settings: ReaderSettings) -> None:
    """Refuse a size over a limit; nothing of it is decoded yet."""
    long, short = max(image.size), min(image.size)
    if short < 1:
        raise ValueError("a side of zero pixels")
    excess = ""
    if long > settings.max_side:
        excess = f"a side of more than {settings.max_side:,} pixels"
    elif long * short > settings.max_pixels:
        excess = f"more than {settings.max_pixels:,} pixels"
    elif long > short * settings.max_aspect:
        excess = f"more than {settings.max_aspect:g} times as long as wide"
    if excess:
        # Asking a file without EXIF in its header for its turn would make Pillow decode it.
        turned = "exif" in image.info and _orientation(image) >= 5
        size = image.size[::-1] if turned else image.size
        remedy = "Save a smaller picture or raise the limit."
        raise _Unread("refused", f"{image.width} x {image.height} is {excess}. {remedy}", size)


def _count(image: ImageFile.ImageFile) -> int:
    """Frames of an animation or pages of a document.

    A phone's JPEG with further pictures behind it (MPO: a second eye, a brightness map) is one.
    """
    return 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))


def _affordable(image: Image.Image, settings: ReaderSettings) -> int:
    """How many frames of this size the caps on frames and pixels allow."""
    return max(1, min(settings.max_frames, settings.max_pixels // (image.width * image.height)))


def _spread(count: int, wanted: int) -> list[int]:
    """Numbers of at most `wanted` frames, evenly from the first to the last of `count`."""
    steps = max(1, min(count, wanted) - 1)
    return sorted({(step * (count - 1)) // steps for step in range(min(count, wanted))})


def _frames(
    image: ImageFile.ImageFile, numbers: list[int], settings: ReaderSettings
) -> Iterator[Picture]:
    """Decode these frames of an open file, upright, within the cap on pixels altogether."""
    spent = 0
    for number in numbers:
        image.seek(number)
        _check_size(image, settings)  # pages have sizes of their own, and a GIF can grow
        spent += image.width * image.height
        if spent > settings.max_pixels:
            raise _Unread("refused", "its pages together have too many pixels. Split the file.")
        yield from flatten(_upright(image), number)


def _upright(image: ImageFile.ImageFile) -> Image.Image:
    """Decode the current frame and turn it as its EXIF orientation asks."""
    image.load()
    turn = _TURNS.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> int:
    """Give the EXIF orientation, 1 (upright) where it is missing or damaged."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _DAMAGE:
        return 1  # a damaged note must not lose the picture
    return value if isinstance(value, int) else 1


def _shows_something(picture: Picture) -> bool:
    """Whether more than one colour came out, that is, anything was decoded at all."""
    return bool((picture.pixels != picture.pixels[0, 0]).any())


def _words(trouble: Exception) -> str:
    """Give an exception's message on one line, the same for the same file."""
    if isinstance(trouble, UnidentifiedImageError):
        return "its header makes no sense"  # Pillow's words hold a memory address
    return " ".join(str(trouble).split()) or type(trouble).__name__
