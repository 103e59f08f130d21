from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from detector.pictures.colours import scale
from detector.pictures.reader import read_bytes
from detector.records import Ground, Pixels
from tests.hostile import png, save

BLACK, GREY, WHITE = (0, 0, 0), (128, 128, 128), (255, 255, 255)


def only(data: bytes) -> Pixels:
    """The one picture in a file."""
    reading = read_bytes(data, "photo")
    assert (reading.status, reading.message) == ("ok", "")
    (picture,) = reading.pictures
    assert picture.ground == "none"
    return picture.pixels


def grounds(data: bytes) -> dict[Ground, Pixels]:
    """The pictures in a file by what they were laid on."""
    return {picture.ground: picture.pixels for picture in read_bytes(data, "photo").pictures}


def near(pixels: Pixels, colour: tuple[int, ...], by: int) -> bool:
    return bool(np.abs(pixels.astype(int) - np.array(colour)).max() <= by)


def logo(colour: tuple[int, ...], size: int = 8) -> Image.Image:
    """A square of a colour in the middle of a transparent picture four times as large."""
    image = Image.new("RGBA", (2 * size, 2 * size), (0, 0, 0, 0))
    image.paste((*colour, 255), (size // 2, size // 2, size * 3 // 2, size * 3 // 2))
    return image


# Colour modes


@pytest.mark.parametrize(
    ("ink", "colour"), [((255, 0, 0, 0), (0, 255, 255)), ((0, 255, 255, 0), (255, 0, 0))]
)
def test_cmyk_jpeg(ink: tuple[int, ...], colour: tuple[int, ...]) -> None:
    assert near(only(save(Image.new("CMYK", (16, 16), ink), "JPEG")), colour, 3)
    assert near(only(save(Image.new("CMYK", (16, 16), (0, 0, 0, 255)), "JPEG")), BLACK, 3)


def test_ycck_jpeg() -> None:
    # The red, green and blue of a YCCK file are ink, and Adobe writes all four inverted.
    y, cb, cr = np.asarray(Image.new("RGB", (1, 1), (0, 255, 255)).convert("YCbCr"))[0, 0].tolist()
    plain = save(Image.new("CMYK", (16, 16), (255 - y, 255 - cb, 255 - cr, 0)), "JPEG")
    transform = plain.index(b"Adobe") + 11
    assert plain[transform] == 0
    assert near(only(plain[:transform] + b"\2" + plain[transform + 1 :]), (255, 0, 0), 4)


def test_lab_tiff() -> None:
    image = Image.new("LAB", (8, 8), (136, 80 + 128, 67 + 128))  # CIE L*a*b* of sRGB red
    assert near(only(save(image, "TIFF")), (255, 0, 0), 12)


@pytest.mark.parametrize(("kind", "order"), [("PNG", "<u2"), ("TIFF", "<u2"), ("TIFF", ">u2")])
def test_sixteen_bits_are_scaled_not_clipped(kind: str, order: str) -> None:
    values = np.array([[0, 257, 1000], [32768, 65534, 65535]], dtype=order)
    pixels = only(save(Image.fromarray(values), kind))
    assert pixels[:, :, 0].tolist() == [[0, 1, 4], [128, 255, 255]]
    assert (pixels == pixels[:, :, :1]).all()


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (np.array([[0, 128, 255]], np.int32), [0, 128, 255]),
        (np.array([[0, 257, 65535]], np.int32), [0, 1, 255]),
        (np.array([[-100, 0, 155]], np.int32), [0, 100, 255]),
        (np.array([[0, 2**30, 2**31 - 1]], np.int32), [0, 128, 255]),
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0.0, 2.0, 255.0]], np.float32), [0, 2, 255]),
        (np.array([[np.nan, np.inf, 0.2]], np.float32), [0, 255, 51]),
        (np.array([[9e9, 9e9, 9e9]], np.float32), [0, 0, 0]),
        (np.array([[np.nan, np.nan, np.nan]], np.float32), [0, 0, 0]),
    ],
)
def test_wide_integers_and_floats_are_scaled(values: np.ndarray, shown: list[int]) -> None:
    assert only(save(Image.fromarray(values), "TIFF"))[0, :, 0].tolist() == shown


@settings(deadline=None)
@given(arrays(np.float32, (3, 4), elements=st.floats(width=32)))
def test_scaling_takes_any_floats_and_keeps_their_order(values: np.ndarray) -> None:
    shown = scale(values)
    assert (shown.dtype, shown.shape) == (np.uint8, values.shape)
    known = ~np.isnan(values)
    order = np.argsort(values[known], kind="stable")
    assert (np.diff(shown[known][order].astype(int)) >= 0).all()


def test_one_bit_and_grey() -> None:
    bits = Image.fromarray(np.array([[0, 255], [255, 0]], np.uint8)).convert("1")
    for kind in ("PNG", "TIFF"):
        assert only(save(bits, kind))[:, :, 2].tolist() == [[0, 255], [255, 0]]
    assert near(only(save(Image.new("L", (8, 8), 77), "PNG")), (77, 77, 77), 0)


def test_palette_without_transparency() -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([9, 9, 9, 200, 100, 50])
    for kind in ("PNG", "GIF", "BMP"):
        assert near(only(save(image, kind)), (200, 100, 50), 0)


# Transparency


def test_opaque_alpha_gives_one_picture() -> None:
    image = Image.new("RGBA", (4, 4), (1, 2, 3, 255))
    assert near(only(save(image, "PNG")), (1, 2, 3), 0)
    assert near(only(save(image, "WEBP", lossless=True)), (1, 2, 3), 0)
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([9, 9, 9, 200, 100, 50])
    assert near(only(save(palette, "PNG", transparency=0)), (200, 100, 50), 0)


@pytest.mark.parametrize("colour", [BLACK, WHITE, GREY, (255, 0, 0), (20, 40, 90)])
def test_a_transparent_logo_can_be_seen_on_one_of_two_grounds(colour: tuple[int, ...]) -> None:
    laid = grounds(save(logo(colour), "PNG"))
    assert set(laid) == {"white", "contrast"}
    assert near(laid["white"][0, 0], WHITE, 0)
    luminance = int(np.asarray(Image.new("RGB", (1, 1), colour[:3]).convert("L"))[0, 0])
    ground = laid["contrast"][0, 0]
    assert ground[0] == ground[1] == ground[2]
    assert abs(int(ground[0]) - luminance) >= 90
    for pixels in laid.values():
        assert near(pixels[8, 8], colour, 0)


def test_black_and_white_both_show_on_the_contrasting_ground() -> None:
    image = logo(BLACK)
    image.paste((255, 255, 255, 255), (4, 4, 8, 12))
    ground = int(grounds(save(image, "PNG"))["contrast"][0, 0, 0])
    assert 90 <= ground <= 165


def test_one_hole_is_enough_and_half_transparent_is_mixed() -> None:
    image = Image.new("RGBA", (3, 1), (0, 0, 0, 255))
    image.putpixel((1, 0), (0, 0, 0, 128))
    laid = grounds(save(image, "PNG"))
    assert laid["white"][0, :, 0].tolist() == [0, 127, 0]
    assert laid["contrast"][0, :, 0].tolist() == [0, 64, 0]


def test_a_fully_transparent_picture_is_read() -> None:
    laid = grounds(save(Image.new("RGBA", (4, 4), (9, 9, 9, 0)), "PNG"))
    assert near(laid["white"], WHITE, 0)
    assert near(laid["contrast"], GREY, 0)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_transparent_palette_entry(kind: str) -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([9, 9, 9, 200, 100, 50])
    image.putpixel((0, 0), 0)
    laid = grounds(save(image, kind, transparency=0))
    assert set(laid) == {"white", "contrast"}
    assert near(laid["white"][0, 0], WHITE, 0)
    assert near(laid["white"][3, 3], (200, 100, 50), 0)


@pytest.mark.parametrize(
    ("image", "key"),
    [(Image.new("RGB", (4, 4), (7, 8, 9)), (7, 8, 9)), (Image.new("L", (4, 4), 7), 7)],
)
def test_a_transparent_key_colour(image: Image.Image, key: Any) -> None:
    image.putpixel((3, 3), 200 if image.mode == "L" else (200, 200, 200))
    laid = grounds(save(image, "PNG", transparency=key))
    assert near(laid["white"][0, 0], WHITE, 0)
    assert near(laid["white"][3, 3], (200, 200, 200), 0)


def test_a_transparent_key_value_of_sixteen_bits() -> None:
    header = b"IHDR", struct.pack(">IIBBBBB", 2, 1, 16, 0, 0, 0, 0)
    rows = b"IDAT", zlib.compress(b"\0" + struct.pack(">HH", 1000, 51400))
    laid = grounds(png(header, (b"tRNS", struct.pack(">H", 1000)), rows, (b"IEND", b"")))
    assert laid["white"][0, :, 0].tolist() == [255, 200]


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_grey_with_alpha(mode: str) -> None:
    image = logo((60, 60, 60)).convert(mode)
    laid = grounds(save(image, "PNG"))
    assert near(laid["white"][8, 8], (60, 60, 60), 0)
    assert near(laid["white"][0, 0], WHITE, 0)


def test_every_frame_of_a_transparent_animation_has_both_grounds() -> None:
    frames = [logo(BLACK), logo(WHITE)]
    for kind in ("WEBP", "PNG"):
        data = save(frames[0], kind, save_all=True, append_images=frames[1:])
        told = [(p.frame, p.ground) for p in read_bytes(data, "photo").pictures]
        assert told == [(0, "white"), (0, "contrast"), (1, "white"), (1, "contrast")]


def test_an_uncovered_canvas_is_transparent_not_black() -> None:
    frames = [logo(BLACK), logo(GREY)]
    data = save(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert not data[20] & 0x10  # the file declares no alpha: its frames cover only the logo
    laid = read_bytes(data, "photo").pictures[0].pixels
    assert near(laid[0, 0], WHITE, 0)
    assert near(laid[8, 8], BLACK, 0)


DISPLAY_P3 = {  # colorants for the illuminant D50
    "r": (0.51512, 0.24120, -0.00105),
    "g": (0.29198, 0.69225, 0.04189),
    "b": (0.15710, 0.06657, 0.78407),
}


def profile(colorants: dict[str, tuple[float, float, float]], gamma: float = 2.2) -> bytes:
    """A profile of ICC version 2 with three colorants and a gamma (ICC.1:2001-04)."""

    def xyz(numbers: tuple[float, float, float]) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * one) for one in numbers))

    curve = b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(256 * gamma))
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Test\0" + bytes(79)
    tags = {b"desc": name, b"cprt": b"text\0\0\0\0none\0", b"wtpt": xyz((0.9642, 1.0, 0.8249))}
    for letter, numbers in colorants.items():
        tags |= {f"{letter}XYZ".encode(): xyz(numbers), f"{letter}TRC".encode(): curve}
    table, body = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        offset = 128 + 4 + 12 * len(tags) + len(body)
        table += struct.pack(">4sII", tag, offset, len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(
        ">I4sI4s4s4s",
        132 + len(table) - 4 + len(body),
        b"\0\0\0\0",
        0x02400000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
    )
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_an_embedded_profile_is_applied(kind: str) -> None:
    image = Image.new("RGB", (16, 16), (234, 51, 35))  # pure red of sRGB, in Display P3
    plain, tagged = (
        only(save(image, kind, **extra)) for extra in ({}, {"icc_profile": profile(DISPLAY_P3)})
    )
    assert near(plain, (234, 51, 35), 4)
    assert near(tagged, (255, 0, 0), 14)


def test_a_profile_is_applied_to_palettes_and_beside_transparency() -> None:
    turned = profile({"r": DISPLAY_P3["b"], "g": DISPLAY_P3["g"], "b": DISPLAY_P3["r"]})
    palette = Image.new("RGB", (8, 8), (200, 0, 0)).quantize(4)
    assert only(save(palette, "PNG", icc_profile=turned))[0, 0].argmax() == 2
    half = Image.new("RGBA", (8, 8), (200, 0, 0, 255))
    half.paste((0, 0, 0, 0), (0, 0, 8, 4))
    white = grounds(save(half, "PNG", icc_profile=turned))["white"]
    assert (white[0, 0] == 255).all()
    assert white[7, 7].argmax() == 2


@pytest.mark.parametrize("damage", [b"nonsense", profile(DISPLAY_P3)[:200], b""])
def test_a_profile_that_makes_no_sense_is_ignored(damage: bytes) -> None:
    image = Image.new("RGB", (8, 8), (10, 200, 30))
    assert near(only(save(image, "PNG", icc_profile=damage)), (10, 200, 30), 0)
