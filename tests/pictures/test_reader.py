from __future__ import annotations

import hashlib
import io
import os
import struct
import sys
import threading
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFile

from detector.pictures.reader import read_bytes, read_picture
from detector.records import Pixels, Reading
from detector.settings import ReaderSettings
from tests.hostile import frames_gif, make_seeds, metadata_bomb, png, png_header, save

RED, BLUE = (255, 0, 0), (0, 0, 255)
SEEDS = make_seeds(np.random.default_rng(1))
LOSSLESS = {"PNG": ".png", "WEBP": ".webp", "GIF": ".gif", "BMP": ".bmp", "TIFF": ".tif"}


def two_tone() -> Image.Image:
    """20 x 10, left half red, right half blue."""
    image = Image.new("RGB", (20, 10), BLUE)
    image.paste(RED, (0, 0, 10, 10))
    return image


def near(pixel: Pixels, colour: tuple[int, int, int], by: int = 0) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= by)


def read(data: bytes, name: str = "photo.jpg", **limits: Any) -> Reading:
    return read_bytes(data, name, ReaderSettings(**limits))


# What is accepted


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_formats_come_out_as_they_went_in(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    reading = read(save(two_tone(), kind, **options))
    assert (reading.status, reading.message) == ("ok", "")
    assert (reading.width, reading.height) == (20, 10)
    (picture,) = reading.pictures
    assert (picture.frame, picture.ground) == (0, "none")
    assert np.array_equal(picture.pixels, np.asarray(two_tone()))


@pytest.mark.parametrize("kind", ["JPEG", "AVIF"])
def test_lossy_formats_come_out_nearly_so(kind: str) -> None:
    reading = read(save(two_tone(), kind, quality=95))
    assert near(reading.pictures[0].pixels[5, 2], RED, 6)
    assert near(reading.pictures[0].pixels[5, 17], BLUE, 6)


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_every_seed_is_read_whole_under_any_suffix(name: str) -> None:
    for suffix in (name, ".jpg", ".txt", ""):
        assert read(SEEDS[name], "photo" + suffix).status == "ok"


def test_a_phone_jpeg_with_pictures_behind_it_is_one_picture() -> None:
    data = save(two_tone(), "MPO", save_all=True, append_images=[Image.new("RGB", (20, 10))])
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "MPO"
    (picture,) = read(data).pictures
    assert near(picture.pixels[5, 2], RED, 6)


def test_the_file_is_read_and_its_digest_given(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(SEEDS[".png"])
    reading = read_picture(path)
    assert (reading.path, reading.status) == (str(path), "ok")
    assert reading.digest == hashlib.sha256(SEEDS[".png"]).hexdigest()


# Turning


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(("turn", "x", "y"), [(3, 17, 5), (6, 5, 2), (8, 5, 17), (2, 17, 5)])
def test_exif_orientation_is_applied(kind: str, turn: int, x: int, y: int) -> None:
    reading = read(save(two_tone(), kind, exif=exif(turn)))
    assert (reading.width, reading.height) == ((10, 20) if turn >= 5 else (20, 10))
    assert near(reading.pictures[0].pixels[y, x], RED, 6)


def test_damaged_exif_does_not_lose_the_picture() -> None:
    tags = b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 30
    for damaged in (tags, b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 9):
        reading = read(save(two_tone(), "JPEG", exif=damaged))
        assert (reading.status, reading.width, reading.height) == ("ok", 20, 10)


# Limits


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_side": 19}, "side of more than 19"),
        ({"max_pixels": 199}, "more than 199 pixels"),
        ({"max_aspect": 1.9}, "more than 1.9 times"),
        ({"max_bytes": 50}, "more than 50 bytes"),
    ],
)
def test_what_exceeds_a_limit_is_refused(limits: dict[str, float], words: str) -> None:
    data = save(two_tone(), "PNG")
    reading = read(data, **limits)
    assert (reading.status, reading.pictures) == ("refused", ())
    assert words in reading.message
    exact = {"max_side": 20, "max_pixels": 200, "max_aspect": 2.0, "max_bytes": len(data)}
    assert read(data, **exact).status == "ok"


def test_sizes_are_refused_from_the_header_before_decoding() -> None:
    header_only = png(png_header(8000, 7000), (b"IDAT", b"no pixels"))
    reading = read(header_only)
    assert (reading.status, reading.width, reading.height) == ("refused", 8000, 7000)


def test_a_refused_size_is_told_upright() -> None:
    reading = read(save(two_tone(), "JPEG", exif=exif(6)), max_side=19)
    assert (reading.status, reading.width, reading.height) == ("refused", 10, 20)


def test_no_more_than_the_limit_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sparse.jpg"
    with path.open("wb") as file:
        file.write(SEEDS[".jpg"])
        file.truncate(10**12)
    reading = read_picture(path, ReaderSettings(max_bytes=100_000))
    assert (reading.status, reading.digest) == ("refused", "")


def test_bombs_warn_nobody_and_leave_the_process_as_it_was() -> None:
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters)
    assert read(png(png_header(10_000, 9_000), (b"IDAT", b""))).status == "refused"
    assert read(png(png_header(90_000, 90_000), (b"IDAT", b""))).status == "refused"
    assert read(SEEDS[".jpg"][:-200]).status == "partial"
    after = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters)
    assert after == before


# Damage


def test_a_jpeg_cut_short_is_read_as_far_as_it_goes() -> None:
    y, x = np.mgrid[:64, :64]
    image = Image.fromarray(np.stack([x * 4, y * 4, x + y], axis=2).astype(np.uint8))
    data = save(image, "JPEG", quality=95)
    reading = read(data[: len(data) * 2 // 3])
    assert reading.status == "partial"
    assert "cut short" in reading.message
    whole = np.asarray(image)[:16].astype(int)
    assert np.abs(reading.pictures[0].pixels[:16] - whole).mean() < 4


def test_a_progressive_jpeg_cut_short_is_read_whole_but_coarse() -> None:
    y, x = np.mgrid[:256, :256]
    image = Image.fromarray(np.stack([x, y, (x + y) // 2], axis=2).astype(np.uint8))
    data = save(image, "JPEG", quality=95, progressive=True)
    reading = read(data[: len(data) * 2 // 3])
    assert reading.status == "partial"
    assert np.abs(reading.pictures[0].pixels - np.asarray(image).astype(int)).mean() < 6


@pytest.mark.parametrize("name", [".png", ".gif", ".bmp", ".tif"])
def test_formats_that_can_be_rescued_are(name: str) -> None:
    data = SEEDS[name]
    reading = read(data[: len(data) * 3 // 4])
    assert (reading.status, len(reading.pictures)) == ("partial", 1)


def test_a_file_cut_before_its_pixels_is_an_error() -> None:
    data = SEEDS[".jpg"]
    reading = read(data[: data.index(b"\xff\xda") + 2])
    assert (reading.status, reading.pictures) == ("error", ())
    assert "beyond rescue" in reading.message


def test_a_damaged_later_page_keeps_the_first_ones() -> None:
    data = SEEDS[".pages.tif"]
    reading = read(data[: len(data) * 2 // 3])
    assert reading.status == "partial"
    assert np.array_equal(reading.pictures[0].pixels, read(data).pictures[0].pixels)


def test_a_message_is_the_same_for_the_same_file() -> None:
    first, second = read(b"\x89PNG\r\n\x1a\nxxxx"), read(b"\x89PNG\r\n\x1a\nxxxx")
    assert (first.status, first.message) == ("error", second.message)


def test_threads_do_not_rescue_for_one_another() -> None:
    cut, whole = SEEDS[".jpg"][:-200], SEEDS[".jpg"]
    seen: dict[int, set[str]] = {0: set(), 1: set()}

    def work(number: int, data: bytes) -> None:
        seen[number] |= {read(data).status for _ in range(30)}

    threads = [threading.Thread(target=work, args=pair) for pair in ((0, cut), (1, whole))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {0: {"partial"}, 1: {"ok"}}


def test_too_little_memory_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: ImageFile.ImageFile) -> None:
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
    reading = read(SEEDS[".bmp"])
    assert (reading.status, "memory" in reading.message) == ("error", True)


# Metadata


@pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"iCCP"])
def test_metadata_bombs_are_read_without_their_metadata(name: bytes) -> None:
    data = metadata_bomb(name)
    with pytest.raises(ValueError, match="too large"), Image.open(io.BytesIO(data)) as image:
        image.load()
    reading = read(data)
    assert reading.status == "ok"
    assert near(reading.pictures[0].pixels[4, 4], RED)


def test_stripping_metadata_keeps_turn_and_transparency() -> None:
    image = two_tone().quantize(4)
    plain = save(image, "PNG", exif=exif(6), transparency=image.getpixel((0, 0)))
    packed = b"Comment\0\0" + zlib.compress(bytes(4_000_000))
    chunk = struct.pack(">I", len(packed)) + b"zTXt" + packed
    bomb = plain[:33] + chunk + struct.pack(">I", zlib.crc32(b"zTXt" + packed)) + plain[33:]
    for one, other in zip(read(plain).pictures, read(bomb).pictures, strict=True):
        assert one.ground == other.ground != "none"
        assert one.pixels.shape == (20, 10, 3)
        assert np.array_equal(one.pixels, other.pixels)


# Animations


def test_frames_are_spread_from_the_first_to_the_last() -> None:
    reading = read(frames_gif(101))
    assert [picture.frame for picture in reading.pictures] == [0, 25, 50, 75, 100]
    greys = [int(picture.pixels[4, 4, 0]) for picture in reading.pictures]
    assert np.allclose(greys, [0, 63, 127, 191, 255], atol=2)


@pytest.mark.parametrize(("wanted", "frames"), [(1, [0]), (2, [0, 9]), (3, [0, 4, 9]), (50, 10)])
def test_the_number_of_frames_can_be_set(wanted: int, frames: list[int] | int) -> None:
    read_frames = [p.frame for p in read(frames_gif(10), max_frames=wanted).pictures]
    assert read_frames == (list(range(frames)) if isinstance(frames, int) else frames)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_animated_format_gives_its_frames(kind: str) -> None:
    colours = [(250, 0, 0), (0, 250, 0), (0, 0, 250)]
    frames = [Image.new("RGB", (16, 16), colour) for colour in colours]
    data = save(frames[0], kind, save_all=True, append_images=frames[1:])
    reading = read(data)
    assert [picture.frame for picture in reading.pictures] == [0, 1, 2]
    for picture, colour in zip(reading.pictures, colours, strict=True):
        assert near(picture.pixels[8, 8], colour, 12)


def test_every_frame_counts_against_the_pixels() -> None:
    data = frames_gif(10)
    assert [p.frame for p in read(data, max_pixels=64 * 3).pictures] == [0, 4, 9]
    assert [p.frame for p in read(data, max_pixels=64).pictures] == [0]


def test_a_large_page_behind_a_small_one_is_refused() -> None:
    pages = [Image.new("RGB", (10, 10)), Image.new("RGB", (100, 100))]
    data = save(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert read(data, max_pixels=5_000).status == "refused"
    assert read(data, max_pixels=10_050).status == "refused"
    assert len(read(data, max_pixels=10_100).pictures) == 2


# What is no picture


@pytest.mark.parametrize(
    ("name", "data", "status", "words"),
    [
        ("notes.txt", b"hello", "skipped", "not a picture"),
        ("film.mp4", b"\0\0\0\x18ftypmp42", "skipped", "not a picture"),
        ("empty.txt", b"", "skipped", "not a picture"),
        ("empty.jpg", b"", "error", "empty"),
        ("photo.jpg", b"<!doctype html>", "error", "web page"),
        ("photo.png", b"PK\x03\x04", "error", "ZIP"),
        ("photo", b"\x07\x07\x07", "error", "unknown data"),
        ("drawing.svg", b"<?xml version='1.0'?><SVG/>", "refused", "SVG"),
        ("drawing.jpg", b"<svg/>", "refused", "SVG"),
    ],
)
def test_other_files_are_told_apart(
    tmp_path: Path, name: str, data: bytes, status: str, words: str
) -> None:
    (tmp_path / name).write_bytes(data)
    for reading in (read_picture(tmp_path / name), read(data, name)):
        assert (reading.status, words in reading.message) == (status, True)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.jxl", b"\xff\x0a\0\0", "JPEG XL"),
        ("a.jpg", b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        ("a", b"\xff\x4f\xff\x51", "JPEG 2000"),
        ("a.JXL", b"cut", "JPEG XL"),
        ("a.psd", b"8BPS\0\1", "Photoshop"),
        ("a.png", b"8BPS\0\1", "Photoshop"),
        ("a.ai", b"%PDF-1.5", "drawings"),
        ("a.eps", b"%!PS-Adobe", "PostScript"),
        ("a.svgz", b"\x1f\x8b", "SVG"),
        ("a.cr2", b"II*\0\x10\0\0\0CR\2\0", "camera"),
        ("a", b"II*\0\x10\0\0\0CR\2\0", "camera"),
        ("a.CR3", b"\0\0\0\x18ftypcrx ", "camera"),
        ("a.raf", b"FUJIFILMCCD-RAW 0201", "camera"),
        ("a.orf", b"IIRO\x08\0", "camera"),
        ("a.nef", SEEDS[".tif"], "camera"),
        ("a.dng", SEEDS[".tif"], "camera"),
    ],
)
def test_kinds_of_pictures_that_are_not_read_are_refused(
    tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    (tmp_path / name).write_bytes(data)
    for reading in (read_picture(tmp_path / name), read(data, name)):
        assert reading.status == "refused"
        assert kind in reading.message
        assert reading.message.endswith("Export it as JPEG or PNG.")


def test_jpeg_2000_as_pillow_writes_it_is_refused() -> None:
    assert "JPEG 2000" in read(save(two_tone(), "JPEG2000")).message


def test_a_picture_with_the_suffix_of_another_kind_is_read() -> None:
    assert read(SEEDS[".jpg"], "export.psd").status == "ok"
    assert read(SEEDS[".tif"], "scan.jp2").status == "ok"


def test_heic_without_its_extra_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    reading = read(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "photo.heic")
    assert reading.status == "refused"
    assert 'pip install "detector[heic]"' in reading.message


def test_missing_files_and_folders_are_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.jpg", tmp_path, Path("a\0b.jpg")):
        reading = read_picture(path)
        assert (reading.path, reading.status) == (str(path), "error")
        assert reading.message


def test_a_pipe_without_a_writer_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    reading = read_picture(tmp_path / "pipe.jpg")
    assert (reading.status, "regular file" in reading.message) == ("error", True)
    assert read_picture("/dev/zero").status == "error"


def test_a_file_without_rights_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", forbid)  # chmod does not stop root, who may run the tests
    reading = read_picture(tmp_path / "photo.jpg")
    assert (reading.status, "Permission denied" in reading.message) == ("error", True)
