"""Pictures of marks: what is drawn is taken, and where nothing is drawn it is said."""

from __future__ import annotations

import gzip
import json
import os
import signal
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from detector.errors import MarkError
from detector.marks.mark_images import read_mark
from detector.marks.registry import load_marks, validate_marks
from detector.marks.views import derive_views, is_blank
from detector.pictures import worker
from detector.pipeline.import_marks import import_marks
from detector.settings import settings_for_words
from tests import scenes


def read_or_crash(request: str) -> list[worker.Part]:
    """Read as the worker does, and crash on `crash.png`."""
    if json.loads(request)["path"].endswith("crash.png"):
        os.kill(os.getpid(), signal.SIGSEGV)
    return worker.read_parts(request)


SIZE = (120, 90)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 6">{}</svg>'


def plain(colour: object, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, SIZE, colour)


def framed() -> Image.Image:
    image = plain("white")
    ImageDraw.Draw(image).rectangle((0, 0, 119, 89), outline="grey")
    return image


def dusty() -> Image.Image:
    image = plain("white")
    image.putpixel((60, 50), (0, 0, 0))
    return image


BLANK = {
    "white.png": plain("white"),
    "black.jpg": plain("black"),
    "violet.webp": plain((95, 37, 125)),
    "clear.png": plain((255, 255, 255, 0), "RGBA"),
    "framed.png": framed(),
    "dusty.png": dusty(),
}


def saved(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize("name", BLANK)
def test_a_picture_in_which_nothing_is_drawn_is_refused(tmp_path, name):
    path = saved(BLANK[name], tmp_path / name)
    with pytest.raises(MarkError, match="nothing is drawn in this picture") as told:
        read_mark(path)
    assert told.value.place == str(path)
    assert "Give a picture in which the mark is seen" in told.value.remedy


@pytest.mark.parametrize("inside", ["<path fill='#fff' d='M0 0h8v6h-8z'/>", ""])
def test_a_drawing_in_which_nothing_is_drawn_is_refused(tmp_path, inside):
    path = tmp_path / "white.svg"
    path.write_text(SVG.format(inside))
    with pytest.raises(MarkError, match=r"white\.svg.*draws? nothing|nothing is drawn"):
        read_mark(path)


def test_pale_dotted_tiny_and_white_marks_are_drawn(tmp_path):
    pale = plain("white")
    ImageDraw.Draw(pale).ellipse((30, 20, 90, 70), fill=(240, 240, 240))
    dots = np.full((600, 600, 3), 255, np.uint8)
    dots[::12, ::12] = 0
    white = plain((255, 255, 255, 0), "RGBA")
    ImageDraw.Draw(white).ellipse((30, 20, 90, 70), fill="white")
    tiny = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    for number, image in enumerate((pale, Image.fromarray(dots), white, Image.fromarray(tiny))):
        assert read_mark(saved(image, tmp_path / f"{number}.png")).size
    assert not is_blank(scenes.ground(1))


@pytest.mark.parametrize("ground", ["white", "black"])
def test_of_an_animation_the_first_frame_with_the_mark_faded_in_is_taken(tmp_path, ground):
    ring = Image.fromarray(scenes.ring())
    blank = Image.new("RGB", ring.size, ground)
    pale = Image.blend(blank, ring, 0.2) if ground == "white" else blank.copy()
    others = [pale, ring, Image.fromarray(scenes.emblem())]
    path = saved(blank, tmp_path / "in.gif", save_all=True, append_images=others, duration=40)
    assert np.abs(read_mark(path).astype(int) - scenes.ring()).mean() < 5


LOGO = (
    '<path fill="#0a6" d="M20 180 L150 20 L280 180 L210 180 L150 105 L90 180 Z"/>'
    '<circle fill="#d33" cx="150" cy="160" r="22"/>'
)
PAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 2100 2970">'
)


@pytest.mark.parametrize("ground", ["", '<path fill="#fff" d="M0 0h2100v2970h-2100z"/>'])
def test_a_logo_on_a_large_page_is_drawn_as_sharply_as_alone(tmp_path, ground):
    (tmp_path / "alone.svg").write_text(SVG.replace("0 0 8 6", "0 0 300 200").format(LOGO))
    page = f'{PAGE}{ground}<g transform="translate(1850,60) scale(0.12)">{LOGO}</g></svg>'
    (tmp_path / "page.svg").write_text(page)
    alone, onpage = (
        derive_views("m", name, read_mark(tmp_path / name))[0].pixels.astype(int)
        for name in ("alone.svg", "page.svg")
    )
    height = min(len(alone), len(onpage))
    assert abs(len(alone) - len(onpage)) <= 2
    assert np.abs(alone[:height] - onpage[:height]).mean() < 6


def test_a_drawing_is_known_by_its_content(tmp_path):
    (tmp_path / "logo.png").write_text(SVG.format("<path d='M1 1h4v4z'/>"))
    saved(Image.fromarray(scenes.ring()), tmp_path / "logo.svg", format="PNG")
    packed = gzip.compress(SVG.format("<path d='M1 1h4v4z'/>").encode())
    (tmp_path / "logo.svgz").write_bytes(packed)
    shapes = [read_mark(tmp_path / f"logo.{suffix}").shape for suffix in ("png", "svg", "svgz")]
    assert shapes[0] == shapes[2] != shapes[1] == scenes.ring().shape


def test_a_picture_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(MarkError, match=r"cut\.png: .* Replace the picture\."):
        read_mark(tmp_path / "cut.png")


def test_a_picture_that_crashes_the_decoder_is_a_problem(tmp_path, monkeypatch):
    for name in ("crash.png", "ring.png"):
        saved(Image.fromarray(scenes.ring()), tmp_path / name)
    monkeypatch.setattr(worker, "read_parts", read_or_crash)
    (problem,) = validate_marks([tmp_path], pictures=True)
    assert problem.place == str(tmp_path / "crash.png")
    assert problem.message.startswith("crashed the decoder")
    with pytest.raises(MarkError, match="crashed the decoder"):
        import_marks(
            tmp_path / "index", load_marks([tmp_path / "crash.png"]), settings_for_words(False)
        )


def test_validation_reads_pictures_when_it_is_asked_to(tmp_path):
    saved(plain("white"), tmp_path / "white.png")
    saved(Image.fromarray(scenes.ring()), tmp_path / "ring.png")
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert validate_marks([tmp_path]) == []
    wrong = validate_marks([tmp_path], pictures=True)
    assert [problem.place for problem in wrong] == [
        str(tmp_path / name) for name in ("cut.png", "white.png")
    ]


def a_code() -> np.ndarray:
    modules = cv2.QRCodeEncoder.create().encode("https://example.org/a-page")
    large = cv2.resize(modules, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    bordered = cv2.copyMakeBorder(large, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255)
    return cv2.cvtColor(bordered, cv2.COLOR_GRAY2RGB)


def test_a_picture_of_nothing_but_a_code_is_refused(tmp_path):
    Image.fromarray(a_code()).save(tmp_path / "code.png")
    (problem,) = validate_marks([tmp_path / "code.png"], pictures=True)
    assert "a QR or bar code and nothing else" in problem.message
    assert problem.remedy


def test_a_sign_beside_a_code_is_a_mark(tmp_path):
    code, sign = a_code(), scenes.emblem()
    picture = np.full((max(len(code), len(sign)), code.shape[1] + sign.shape[1], 3), 255, np.uint8)
    picture[: len(code), : code.shape[1]] = code
    picture[: len(sign), code.shape[1] :] = sign
    Image.fromarray(picture).save(tmp_path / "both.png")
    assert not validate_marks([tmp_path / "both.png"], pictures=True)
