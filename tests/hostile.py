"""Hostile pictures: what a marketplace is sent by accident and on purpose, made from a seed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

Recipe = Callable[[np.random.Generator, dict[str, bytes]], tuple[str, bytes]]

_PNG = b"\x89PNG\r\n\x1a\n"


def make_hostile(folder: Path, count: int, seed: int) -> list[Path]:
    """Write `count` hostile files into `folder` and return their paths in order.

    The kinds take turns, so 40 files hold every kind; the same seed gives the same files.
    """
    rng = np.random.default_rng(seed)
    seeds = make_seeds(rng)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, recipe in enumerate(islice(cycle(_recipes()), count)):
        suffix, data = recipe(rng, seeds)
        path = folder / f"{number:04d}-{recipe.__name__.strip('_')}{suffix}"
        path.write_bytes(data)
        paths.append(path)
    return paths


def make_seeds(rng: np.random.Generator) -> dict[str, bytes]:
    """Small valid files, one of every format and flavour, by suffix and flavour."""
    image = Image.fromarray(_scene(rng))
    layered = image.copy()
    layered.putalpha(Image.fromarray(_scene(rng)[:, :, 0]))
    more: dict[str, Any] = {
        "save_all": True,
        "append_images": [image.rotate(90), image.rotate(180)],
    }
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = Image.fromarray(_scene(rng)[:, :, 0].astype(np.uint16) * 257)
    return {
        ".jpg": save(image, "JPEG", exif=exif),
        ".progressive.jpg": save(image, "JPEG", progressive=True),
        ".cmyk.jpg": save(image.convert("CMYK"), "JPEG"),
        ".mpo.jpg": save(image, "MPO", **more),
        ".png": save(image, "PNG", exif=exif),
        ".alpha.png": save(layered, "PNG"),
        ".palette.png": save(image.quantize(16), "PNG", transparency=0),
        ".wide.png": save(wide, "PNG"),
        ".animated.png": save(image, "PNG", **more),
        ".webp": save(image, "WEBP"),
        ".lossless.webp": save(layered, "WEBP", lossless=True),
        ".animated.webp": save(image, "WEBP", **more),
        ".gif": save(image, "GIF"),
        ".animated.gif": save(image, "GIF", **more),
        ".bmp": save(image, "BMP"),
        ".tif": save(image, "TIFF"),
        ".packed.tif": save(image, "TIFF", compression="tiff_lzw"),
        ".pages.tif": save(image, "TIFF", **more),
        ".avif": save(image, "AVIF", speed=10),
    }


def save(image: Image.Image, kind: str, **options: Any) -> bytes:
    """An image as the bytes of a file."""
    buffer = io.BytesIO()
    if "append_images" in options:  # saving leaves its options on images, so copies are saved
        options["append_images"] = [frame.copy() for frame in options["append_images"]]
    image.copy().save(buffer, kind, **options)
    return buffer.getvalue()


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks, each with its true checksum."""
    packed = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    ]
    return _PNG + b"".join(packed)


def png_header(width: int, height: int) -> tuple[bytes, bytes]:
    """The header chunk of an 8-bit RGB PNG."""
    return b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)


def metadata_bomb(name: bytes, size: int = 4_000_000) -> bytes:
    """A small valid red PNG with a text or profile chunk that unpacks to `size` bytes."""
    rows = b"".join(b"\0" + b"\xff\0\0" * 8 for _ in range(8))
    packed = zlib.compress(bytes(size), 9)
    heads = {b"zTXt": b"Comment\0\0", b"iTXt": b"Comment\0\1\0\0\0", b"iCCP": b"profile\0\0"}
    bomb = (name, heads[name] + packed)
    return png(png_header(8, 8), bomb, (b"IDAT", zlib.compress(rows)), (b"IEND", b""))


def frames_gif(count: int) -> bytes:
    """A GIF of `count` frames, each 8 x 8, of a grey that rises with the frame number."""
    frames = [Image.new("L", (8, 8), number * 255 // max(1, count - 1)) for number in range(count)]
    return save(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=20)


def _scene(rng: np.random.Generator) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A 48 x 64 RGB picture with edges, a slope and some noise."""
    y, x = np.mgrid[:48, :64]
    slope = np.stack([x * 4, y * 5, x + y], axis=2)
    block = ((x // 8 + y // 8) % 2 * 60)[:, :, None]
    return np.clip(slope + block + rng.integers(0, 20, (48, 64, 3)), 0, 255).astype(np.uint8)


def _pick(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    name = sorted(seeds)[rng.integers(len(seeds))]
    return name, seeds[name]


def _noise(rng: np.random.Generator, size: int) -> bytes:
    return rng.integers(0, 256, size, dtype=np.uint8).tobytes()


def _truncated(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    name, data = _pick(rng, seeds)
    return name, data[: rng.integers(1, len(data))]


def _flipped(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    name, data = _pick(rng, seeds)
    damaged = bytearray(data)
    for place in rng.integers(0, len(data), rng.integers(1, 20)):
        damaged[place] ^= 1 << rng.integers(8)
    return name, bytes(damaged)


def _flipped_head(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    name, data = _pick(rng, seeds)
    damaged = bytearray(data)
    for place in rng.integers(8, min(200, len(data)), 4):
        damaged[place] = rng.integers(256)
    return name, bytes(damaged)


def _hole(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    name, data = _pick(rng, seeds)
    start = int(rng.integers(0, len(data)))
    return name, data[:start] + data[start + int(rng.integers(1, 200)) :]


def _overwritten(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    name, data = _pick(rng, seeds)
    start = int(rng.integers(16, len(data)))
    return name, data[:start] + _noise(rng, len(data) - start)


def _joined(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    (name, first), (_, second) = _pick(rng, seeds), _pick(rng, seeds)
    return name, first[: rng.integers(4, len(first))] + second


def _wrong_suffix(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    (name, _), (_, data) = _pick(rng, seeds), _pick(rng, seeds)
    return name, data


def _random(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    return _pick(rng, seeds)[0], _noise(rng, int(rng.integers(1, 5000)))


def _garbage_body(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    name, data = _pick(rng, seeds)
    return name, data[:12] + _noise(rng, int(rng.integers(0, 3000)))


def _padded(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    name, data = _pick(rng, seeds)
    return name, data + _noise(rng, int(rng.integers(1, 3000)))


def _nested_zip(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
    name, data = _pick(rng, seeds)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("picture" + name), data)
    return name, buffer.getvalue()


def _fixed(suffix: str, label: str, data: bytes) -> Recipe:
    """A recipe that always gives the same file."""

    def recipe(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
        return suffix, data

    recipe.__name__ = label
    return recipe


def _patched(suffix: str, label: str, mark: bytes, offset: int, sides: bytes) -> Recipe:
    """A recipe that writes false sides into the header of the seed with this suffix."""

    def recipe(rng: np.random.Generator, seeds: dict[str, bytes]) -> tuple[str, bytes]:
        data = seeds[suffix]
        at = data.index(mark) + offset
        return suffix, data[:at] + sides + data[at + len(sides) :]

    recipe.__name__ = label
    return recipe


def _bombs() -> Iterator[Recipe]:
    """A few bytes that claim, or are, a great many pixels."""
    rows = (b"IDAT", zlib.compress(bytes(100_000)))
    yield _fixed(".png", "png_bomb", png(png_header(50_000, 50_000), rows, (b"IEND", b"")))
    yield _fixed(".png", "png_largest", png(png_header(2**31 - 1, 2**31 - 1), rows))
    yield _fixed(".png", "png_no_side", png(png_header(0, 10), rows))
    yield _patched(".bmp", "bmp_bomb", b"BM", 18, struct.pack("<ii", 60_000, 60_000))
    yield _patched(".bmp", "bmp_negative", b"BM", 18, struct.pack("<ii", -5, -2_000_000_000))
    yield _patched(".gif", "gif_bomb", b"GIF8", 6, b"\xff\xff\xff\xff")
    yield _patched(".progressive.jpg", "jpeg_bomb", b"\xff\xc2", 5, b"\xff\xdc\xff\xdc")
    yield _patched(".avif", "avif_bomb", b"ispe", 8, struct.pack(">II", 60_000, 60_000))
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xfe\x3f\0" * 2
    body = b"WEBP" + canvas + b"ANIM" + struct.pack("<I", 6) + bytes(6)
    yield _fixed(".webp", "webp_bomb", b"RIFF" + struct.pack("<I", len(body)) + body)
    entries = (
        (256, 4, 60_000),
        (257, 4, 60_000),
        (258, 3, 8),
        (262, 3, 1),
        (273, 4, 8),
        (279, 4, 9),
    )
    table = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + table + bytes(4)
    yield _fixed(".tif", "tiff_bomb", tiff)
    yield _fixed(".tif", "tiff_circle", tiff[:-4] + struct.pack("<I", 8))


def _oddities() -> Iterator[Recipe]:
    """Valid or empty files of shapes and kinds that no photo has."""
    yield _fixed(".png", "tall", save(Image.new("RGB", (1, 30_000)), "PNG"))
    yield _fixed(".png", "wide", save(Image.new("L", (30_001, 1)), "PNG"))
    yield _fixed(".png", "one_pixel", save(Image.new("RGB", (1, 1)), "PNG"))
    yield _fixed(".gif", "thousand_frames", frames_gif(1000))
    for name in (b"zTXt", b"iTXt", b"iCCP"):
        yield _fixed(".png", f"{name.decode()}_bomb", metadata_bomb(name))
    yield _fixed(".jpg", "empty", b"")
    yield _fixed(".png", "text", b"once upon a time\n" * 20)
    yield _fixed(".jpg", "html", b"<!doctype html><title>404</title>")
    yield _fixed(".png", "svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    yield _fixed(".heic", "heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200))
    yield _fixed(".mp4", "film", b"\0\0\0\x18ftypmp42" + bytes(200))
    yield _fixed(".jxl", "jxl", b"\xff\x0a" + bytes(200))
    yield _fixed("", "no_suffix", b"BM")


def _recipes() -> list[Recipe]:
    damage: list[Recipe] = [_truncated, _flipped, _flipped_head, _hole, _overwritten, _joined]
    disguise: list[Recipe] = [_wrong_suffix, _random, _garbage_body, _padded, _nested_zip]
    return [*damage, *disguise, *_bombs(), *_oddities(), *damage]
