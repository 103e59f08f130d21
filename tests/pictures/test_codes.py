"""QR and bar codes are found and painted over; nothing else is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.pictures.codes import code_outlines, without_codes
from tests import scenes

LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011")
LEFT += ("0110001", "0101111", "0111011", "0110111", "0001011")


def qr(text, side=180):
    """A QR code with its quiet zone, on (side, side, 3) pixels."""
    code = cv2.copyMakeBorder(
        cv2.QRCodeEncoder.create().encode(text), *(3,) * 4, cv2.BORDER_CONSTANT, value=255
    )
    large = cv2.resize(code, (side, side), interpolation=cv2.INTER_NEAREST)
    return np.repeat(large[..., None], 3, axis=2)


def ean8(digits):
    """An EAN-8 bar code of seven digits and their check digit, with its quiet zone."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    digits = f"{digits}{-total % 10}"
    turned = ["".join("10"[int(bit)] for bit in LEFT[int(digit)]) for digit in digits[4:]]
    bits = "101" + "".join(LEFT[int(digit)] for digit in digits[:4]) + "01010" + "".join(turned)
    row = [255] * 12 + [0 if bit == "1" else 255 for bit in bits + "101"] + [255] * 12
    bars = np.tile(np.repeat(np.array(row, np.uint8), 3), (120, 1))
    framed = cv2.copyMakeBorder(bars, *(20,) * 4, cv2.BORDER_CONSTANT, value=255)
    return np.repeat(cv2.GaussianBlur(framed, (0, 0), 0.8)[..., None], 3, axis=2)


def on_ground(code, degrees=0.0, number=0):
    turned = scenes.pose(0, 0, 1.0, degrees) @ (len(code) / 2, len(code) / 2, 1)
    pose = scenes.pose(*(224 - turned[:2]), 1.0, degrees)
    return scenes.laid(scenes.ground(number), code, pose)


@pytest.mark.parametrize("degrees", [0, 25, 90, -40])
def test_a_qr_code_is_found_however_it_is_turned(degrees):
    (outline,) = code_outlines(on_ground(qr("https://example.org/x"), degrees))
    assert np.abs(outline.mean(axis=0) - 224).max() < 12


def test_a_bar_code_is_found():
    (outline,) = code_outlines(ean8("4012345"))
    assert np.ptp(outline[:, 0]) > 150


@given(st.text("abcdefghij0123456789/:.", min_size=1, max_size=60))
def test_what_a_code_says_makes_no_difference(text):
    assert len(code_outlines(qr(text, 220))) == 1


def test_a_code_disappears_in_the_colour_around_it():
    painted = without_codes(on_ground(qr("https://example.org/x")))
    assert code_outlines(painted) == []
    assert (painted[150:290, 150:290] > 200).all()  # the quiet zone is white


def test_the_alpha_of_a_picture_stays():
    pixels = np.dstack([qr("https://example.org/x", 240), np.full((240, 240), 255, np.uint8)])
    painted = without_codes(pixels)
    assert painted.shape == (240, 240, 4)
    assert (painted[..., 3] == 255).all()
    assert (painted[..., 0] > 200).all()


@pytest.mark.parametrize("number", range(6))
def test_a_picture_without_a_code_stays_as_it_is(number):
    pixels = scenes.laid(scenes.ground(number), scenes.emblem_with_word(), scenes.pose(60, 20, 0.9))
    assert without_codes(pixels) is pixels


def test_stripes_are_no_bar_code():
    stripes = np.zeros((300, 300, 3), np.uint8)
    stripes[:, np.random.default_rng(5).random(300) < 0.5] = 255
    assert code_outlines(stripes) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 900, 3), (23, 23, 3)])
def test_a_tiny_picture_has_none(shape):
    assert code_outlines(np.zeros(shape, np.uint8)) == []
