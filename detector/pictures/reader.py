"""The guarded reader: decodes any file or bytes to a `Reading` and never raises.

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
    declare_alpha,
    describe_content,
    detect_format,
    is_foreign,
    strip_metadata,
    unread_kind,
)
from detector.pictures.frames import frame_numbers, without_previews
from detector.records import Picture, Reading, Status
from detector.settings import ReaderSettings

_DEFAULT = ReaderSettings()

# Decoders raise anything on damaged bytes (seen: OSError ValueError SyntaxError UnicodeDecodeError
# NotImplementedError MemoryError struct.error), so the boundary names all but a request to stop.
_DECODE_ERRORS = (Exception, MemoryError)

# Pillow's limits and Python's warning filters belong to the whole process: one thread decodes at a
# time, or a rescue in one thread would let another call a file cut short "ok".
_LOCK = threading.Lock()

_EXIF_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class _Failed(Exception):
    """Ends a reading early, with the status and message to report."""

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
        with _open_regular_file(name) as file:
            head = file.read(HEAD)
            _check_format(head, name)
            data = head + file.read(max(0, settings.max_bytes + 1 - len(head)))
    except _Failed as error:
        return Reading(name, error.status, error.message)
    except (OSError, ValueError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "not enough memory"
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
    except _Failed as error:
        width, height = error.size
        reading = replace(reading, width=width, height=height)
        return replace(reading, status=error.status, message=error.message)
    except MemoryError:
        return replace(reading, message="not enough memory to decode it. Save a smaller picture.")
    except _DECODE_ERRORS as error:
        message = f"damaged beyond rescue ({_reason(error)}). Export the picture again."
        return replace(reading, message=message)


def _open_regular_file(name: str) -> BinaryIO:
    """Open a regular file; a folder, pipe or device is refused before it can block."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(name, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _Failed("error", "not a regular file (a folder, pipe or device). Give a file.")
    return os.fdopen(descriptor, "rb")


def _check_format(head: bytes, name: str) -> str:
    """Return the picture format of the bytes; raise `_Failed` for anything else."""
    kind = detect_format(head)
    if kind == "SVG":
        raise _Failed("refused", "an SVG drawing is not a photo. Export it as PNG to have it read.")
    if kind == "HEIF" and not _can_read_heif():
        remedy = 'Install it with: pip install "detector[heic]"'
        raise _Failed("refused", f"HEIC photos need the package pillow-heif. {remedy}")
    if unread := unread_kind(head, name):
        raise _Failed("refused", f"{unread} are not read. Export it as JPEG or PNG.")
    if kind:
        return kind
    if is_foreign(name):
        raise _Failed("skipped", "not a picture, by name and content. Nothing needs to be done.")
    if not head:
        raise _Failed("error", "the file is empty. Export or download it again.")
    raise _Failed("error", f"not a picture but {describe_content(head)}. Export it as JPEG or PNG.")


def _can_read_heif() -> bool:
    """Register the HEIC decoder with Pillow where its extra is installed."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


def _read(data: bytes, reading: Reading, settings: ReaderSettings) -> Reading:
    """Decode strictly, a PNG again without its metadata, then rescue what is there."""
    kind = _check_format(data[:HEAD], reading.path)
    error: Exception = ValueError("nothing decoded")
    for body in _byte_variants(data, kind):
        try:
            return _with_pictures(reading, _decode(body, kind, settings))
        except (_Failed, MemoryError):
            raise
        except _DECODE_ERRORS as damage:
            error = damage
    pictures = _rescue(body, kind, settings)
    if not any(_has_content(picture) for picture in pictures):
        raise error
    message = f"damaged or cut short ({_reason(error)}); read as far as it goes. Upload it again."
    return replace(_with_pictures(reading, pictures), status="partial", message=message)


def _byte_variants(data: bytes, kind: str) -> Iterator[bytes]:
    """Yield the bytes to decode, and for a PNG a second try without its metadata."""
    yield declare_alpha(data) if kind == "WEBP" else data
    if kind == "PNG":
        yield strip_metadata(data)


def _with_pictures(reading: Reading, pictures: tuple[Picture, ...]) -> Reading:
    """Return a reading with its pictures and the upright size of the first."""
    height, width, _ = pictures[0].pixels.shape
    return replace(reading, status="ok", width=width, height=height, pictures=pictures)


def _decode(data: bytes, kind: str, settings: ReaderSettings) -> tuple[Picture, ...]:
    """Decode the selected frames of a file, all or none."""
    with _pillow_limits(settings, rescue=False), _open_image(data, kind, settings) as image:
        numbers = _frame_numbers(image, settings)
        return without_previews(tuple(_frames(image, numbers, settings)))


def _rescue(data: bytes, kind: str, settings: ReaderSettings) -> tuple[Picture, ...]:
    """Decode what there is of a damaged file; empty when there is nothing."""
    pictures: list[Picture] = []
    try:
        with _pillow_limits(settings, rescue=True), _open_image(data, kind, settings) as image:
            pictures.extend(_frames(image, [0], settings))
            numbers = _frame_numbers(image, settings)
            pictures.extend(_frames(image, [n for n in numbers if n > 0], settings))
    except _DECODE_ERRORS:
        return without_previews(tuple(pictures))
    return without_previews(tuple(pictures))


@contextmanager
def _pillow_limits(settings: ReaderSettings, *, rescue: bool) -> Iterator[None]:
    """Set Pillow's and Python's process-wide switches for one decode, and put them back."""
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = settings.max_pixels, rescue
        try:
            yield
        except Image.DecompressionBombError as bomb:
            excess = f"its header claims far more than {settings.max_pixels:,} pixels"
            raise _Failed("refused", f"{excess}. Save a smaller picture.") from bomb
        finally:
            Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


@contextmanager
def _open_image(data: bytes, kind: str, settings: ReaderSettings) -> Iterator[ImageFile.ImageFile]:
    """Read the header of a file and check the size given there."""
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
        # Asking a file without EXIF in its header for its orientation would make Pillow decode it.
        turned = "exif" in image.info and _orientation(image) >= 5
        size = image.size[::-1] if turned else image.size
        remedy = "Save a smaller picture or raise the limit."
        raise _Failed("refused", f"{image.width} x {image.height} is {excess}. {remedy}", size)


def _frame_numbers(image: ImageFile.ImageFile, settings: ReaderSettings) -> list[int]:
    """Return the frames to decode; raise `_Failed` where there is no whole picture."""
    numbers = frame_numbers(image, settings)
    if not numbers:
        only = "only a preview of the picture can be read, as in camera files"
        raise _Failed("refused", f"{only}. Export it as JPEG or PNG.", image.size)
    return numbers


def _frames(
    image: ImageFile.ImageFile, numbers: list[int], settings: ReaderSettings
) -> Iterator[Picture]:
    """Decode these frames of an open file, upright, within the limit on all pixels."""
    spent = 0
    for number in numbers:
        image.seek(number)
        _check_size(image, settings)  # pages have sizes of their own, and a GIF can grow
        spent += image.width * image.height
        if spent > settings.max_pixels:
            raise _Failed("refused", "its pages together have too many pixels. Split the file.")
        yield from flatten(_upright(image), number)


def _upright(image: ImageFile.ImageFile) -> Image.Image:
    """Decode the current frame and apply its EXIF orientation."""
    image.load()
    transpose = _EXIF_TRANSPOSES.get(_orientation(image))
    return image if transpose is None else image.transpose(transpose)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where it is missing or damaged."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _DECODE_ERRORS:
        return 1  # damaged metadata must not lose the picture
    return value if isinstance(value, int) else 1


def _has_content(picture: Picture) -> bool:
    """Whether a picture has more than one colour, so that anything was decoded at all."""
    return bool((picture.pixels != picture.pixels[0, 0]).any())


def _reason(error: Exception) -> str:
    """Return an exception's message on one line, the same for the same file."""
    if isinstance(error, UnidentifiedImageError):
        return "its header makes no sense"  # Pillow's words hold a memory address
    return " ".join(str(error).split()) or type(error).__name__
