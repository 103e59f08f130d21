"""The features of a photo as bytes that are kept, so that it can be searched for a later mark.

Kept of each picture and tile are the keypoints and the windows that stand out, as codes, the words
that were read, hashes, and a small picture in which poses are verified. What is searched with is
near what was described; edges and edge templates are described again, from the small picture.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

import cv2
import numpy as np
from PIL import Image

from detector.channels import embedding_model
from detector.channels.embedding_background import least_like_background
from detector.channels.hashes import HashChannel
from detector.channels.photo_codes import CodedChannel, decoded, encoded, quantiser_of
from detector.pictures.gradients import resize
from detector.pictures.reader import read_bytes
from detector.pipeline.candidates import DescribedPhoto
from detector.pipeline.provenance import digest
from detector.records import ChannelName, Features, Floats, Ground, Picture, Pixels
from detector.settings import ReaderSettings, Settings

WINDOWS = 320
"""Windows of each shape that are kept of a picture."""

SIDE = 640  # pixels of the longer side of the small picture
QUALITY = 80  # of WebP
MOST_ROWS = 1 << 17
MOST_PICTURES = 256

_CODED: tuple[CodedChannel, ...] = get_args(CodedChannel)
_AS_THEY_ARE: tuple[ChannelName, ...] = ("words", "hashes")
_VERSION = 1
_HEAD = struct.Struct("<4sI")
_MAGIC = b"DKF1"
_ROW = np.dtype([("place", "<u2", 2), ("shape", "<f2", 2), ("label", "<i2")])


@dataclass(frozen=True, slots=True, eq=False)
class KeptPicture:
    """What is kept of a picture of a photo, or of a tile.

    `size` is its width and height when it was described, `features` those of the channels that are
    kept. A tile has its top left `corner` (x, y) in the last whole picture before it. `small` is
    the small picture as WebP.
    """

    size: tuple[int, int]
    frame: int
    ground: Ground
    corner: tuple[int, int] | None
    features: Mapping[str, Features]
    small: bytes


def described_with(settings: Settings) -> str:
    """16 hex digits of everything that kept features depend on besides the photo."""
    parts = ("sift", "embedding", "words", "tiles", "reader")
    chosen = {name: asdict(getattr(settings, name)) for name in parts}
    centres = [digest(quantiser_of(name).centres.tobytes()) for name in _CODED]
    made = (_VERSION, WINDOWS, SIDE, QUALITY, embedding_model.SHA256, centres)
    return digest((json.dumps(chosen, sort_keys=True), made))


def keep(photo: DescribedPhoto) -> KeptPicture:
    """What is kept of one described picture of a photo."""
    features = dict[str, Features]()
    for name in _CODED:
        if name in photo.features:
            found = photo.features[name]
            standing_out = name == "embedding"
            found = least_like_background(found, WINDOWS) if standing_out else found
            features[name] = encoded(name, found)
    if "words" in photo.features:
        features["words"] = photo.features["words"]
    picture, corner = photo.picture, None if photo.tile_of is None else photo.corner
    if corner is None:
        features["hashes"] = HashChannel().describe(picture)
    small = _small(picture.pixels)
    return KeptPicture(photo.size, picture.frame, picture.ground, corner, features, small)


def pack(kept: Iterable[KeptPicture]) -> bytes:
    """Kept pictures as bytes, which `unpack` reads. Nothing is pickled."""
    heads, parts = list[dict[str, Any]](), list[bytes]()
    for one in kept:
        shapes = {name: each.descriptors.shape for name, each in one.features.items()}
        head = {"size": one.size, "frame": one.frame, "ground": one.ground, "corner": one.corner}
        heads.append({**head, "features": shapes, "small": len(one.small)})
        for features in one.features.values():
            parts += [_rows_of(features, max(one.size)), features.descriptors.tobytes()]
        parts.append(one.small)
    header = json.dumps(heads, separators=(",", ":")).encode()
    return b"".join([_HEAD.pack(_MAGIC, len(header)), header, *parts])


def unpack(blob: bytes) -> list[KeptPicture]:
    """Read what `pack` wrote. Raises `ValueError` for anything else."""
    try:
        magic, length = _HEAD.unpack_from(blob)
        if magic != _MAGIC:
            raise ValueError("these are no kept features")
        heads = json.loads(blob[_HEAD.size : _HEAD.size + length])
        if not isinstance(heads, list) or len(heads) > MOST_PICTURES:
            raise ValueError("these are the features of no photo")
        rest = _Rest(blob, _HEAD.size + length)
        kept = [_kept(head, rest) for head in heads]
    except (struct.error, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"these are no kept features: {error}") from error
    if rest.at != len(blob) or not kept or kept[0].corner is not None:
        raise ValueError("the kept features are cut short, or go on")
    return kept


def decoded_features(kept: KeptPicture) -> dict[str, Features]:
    """The features of a picture as channels search them."""
    return {
        name: decoded(name, each) if name in _CODED else each
        for name, each in kept.features.items()
    }


def picture_of(kept: KeptPicture, settings: ReaderSettings) -> Picture:
    """The small picture at the size at which it was described.

    Raises `ValueError` where it cannot be read.
    """
    reading = read_bytes(kept.small, "kept", settings)
    if not reading.pictures:
        raise ValueError(f"the small picture of kept features cannot be read: {reading.message}")
    pixels = reading.pictures[0].pixels
    if pixels.shape[1::-1] != kept.size:
        pixels = np.asarray(cv2.resize(pixels, kept.size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return Picture(pixels, kept.frame, kept.ground)


def _small(pixels: Pixels) -> bytes:
    scale = min(1.0, SIDE / max(pixels.shape[:2]))
    file = io.BytesIO()
    Image.fromarray(resize(pixels, scale)).save(file, "WEBP", quality=QUALITY, method=2)
    return file.getvalue()


def _rows_of(features: Features, side: int) -> bytes:
    """Frames and labels as rows of 10 bytes: places as shares of the longest side."""
    rows = np.zeros(len(features), _ROW)
    places = np.rint(features.frames[:, :2] * (_LEVELS / (2 * side)) + _LEVELS / 4)
    rows["place"] = np.clip(places, 0, _LEVELS)
    rows["shape"] = np.clip(features.frames[:, 2:], -_LARGEST, _LARGEST)
    rows["label"] = features.labels
    return rows.tobytes()


_LEVELS = 65535
_LARGEST = 65504.0  # of float16


class _Rest:
    """The bytes of a blob that are not read yet. Lifetime: the reading of one blob."""

    def __init__(self, blob: bytes, at: int) -> None:
        self._blob, self.at = blob, at

    def take(self, count: int) -> memoryview:
        """The next bytes. Raises `ValueError` where there are fewer."""
        if not 0 <= count <= len(self._blob) - self.at:
            raise ValueError("the kept features are cut short")
        self.at += count
        return memoryview(self._blob)[self.at - count : self.at]


def _kept(head: Mapping[str, Any], rest: _Rest) -> KeptPicture:
    width, height = map(int, head["size"])
    if not (0 < width <= _LEVELS and 0 < height <= _LEVELS):
        raise ValueError("a kept picture has no such size")
    features = {
        name: _features(name, shape, max(width, height), rest)
        for name, shape in head["features"].items()
    }
    corner = None if head["corner"] is None else tuple(map(int, head["corner"]))
    if corner is not None and len(corner) != 2:
        raise ValueError("a corner of a kept tile is no place")
    ground = head["ground"]
    if ground not in get_args(Ground):
        raise ValueError("a kept picture has no such ground")
    small = bytes(rest.take(int(head["small"])))
    return KeptPicture((width, height), int(head["frame"]), ground, corner, features, small)


def _features(name: str, shape: Sequence[int], side: int, rest: _Rest) -> Features:
    count, width = map(int, shape)
    known = name in _CODED and width == quantiser_of(name).parts
    if not (known or name in _AS_THEY_ARE) or not 0 <= count <= MOST_ROWS or not 0 <= width <= 1024:
        raise ValueError(f"there are no such features: {name}")
    rows = np.frombuffer(rest.take(count * _ROW.itemsize), _ROW)
    codes = np.frombuffer(rest.take(count * width), np.uint8).reshape(count, width)
    frames: Floats = np.empty((count, 4), np.float32)
    frames[:, :2] = (rows["place"].astype(np.float32) - _LEVELS / 4) * (2 * side / _LEVELS)
    frames[:, 2:] = rows["shape"]
    return Features(frames, codes, rows["label"].astype(np.int16))
