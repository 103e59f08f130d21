from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from detector.errors import MarkError, UsageError
from detector.pictures import drawings
from detector.pictures.drawings import DrawingWorker
from detector.records import Pixels

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
RED = '<rect width="100%" height="100%" fill="#ff0000"/>'


WORKER = DrawingWorker()


@pytest.fixture(scope="module", autouse=True)
def worker() -> Iterator[None]:
    """One process draws for all tests; one that it ends is replaced."""
    with WORKER:
        yield


def rasterise(data: bytes, side: int, place: str = "") -> Pixels:
    return WORKER.draw(data, "SVG", side, place)


def svg(inside: str, attributes: str = 'width="20" height="10"', before: str = "") -> bytes:
    return f"{before}<svg {NAMES} {attributes}>{inside}</svg>".encode()


@pytest.mark.parametrize(
    ("attributes", "shape"),
    [
        ('width="20" height="10"', (32, 64, 4)),
        ('width="10" height="40"', (64, 16, 4)),
        ('viewBox="0 0 4000 1000"', (16, 64, 4)),
        ('width="7" height="7"', (64, 64, 4)),
    ],
)
def test_the_longest_side_is_the_side(attributes: str, shape: tuple[int, int, int]) -> None:
    pixels = rasterise(svg(RED, attributes), 64)
    assert pixels.shape == shape
    assert pixels.dtype == np.uint8
    assert (pixels == (255, 0, 0, 255)).all()


def test_alpha_is_straight_and_the_ground_transparent() -> None:
    half = '<rect width="10" height="10" fill="#c86432" fill-opacity="0.5"/>'
    pixels = rasterise(svg(half), 40)
    assert np.abs(pixels[:, :20].astype(int) - (200, 100, 50, 128)).max() <= 2
    assert not pixels[:, 20:, 3].any()


def test_style_sheets_gradients_and_uses_are_drawn() -> None:
    inside = (
        "<style>.a{fill:url(#g)}</style>"
        '<linearGradient id="g"><stop stop-color="#00ff00"/></linearGradient>'
        '<defs><rect id="r" class="a" width="10" height="10"/></defs>'
        '<use xlink:href="#r"/><use href="#r" x="10"/>'
    )
    assert (rasterise(svg(inside), 20) == (0, 255, 0, 255)).all()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + svg(RED),
        svg(RED, before='<?xml version="1.0"?>').decode().encode("utf-16"),
        svg(
            f"<title>caf\xe9</title>{RED}",
            before='<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE svg PUBLIC '
            '"-//W3C//DTD SVG 1.1//EN" "http://example.invalid/svg11.dtd">',
        )
        .decode()
        .encode("latin-1"),
    ],
)
def test_encodings_and_a_plain_doctype_are_read(data: bytes) -> None:
    assert (rasterise(data, 20)[..., 0] == 255).all()


@pytest.mark.parametrize("element", ["image", "feImage"])
@pytest.mark.parametrize("form", ["{path}", "file://{path}", "{name}", "http://127.0.0.1:9/a.png"])
def test_pictures_of_this_machine_and_the_network_are_not_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, element: str, form: str
) -> None:
    Image.new("RGB", (20, 10), "blue").save(tmp_path / "secret.png")
    monkeypatch.chdir(tmp_path)
    href = form.format(path=tmp_path / "secret.png", name="secret.png")
    with pytest.raises(MarkError, match="linked picture") as caught:
        rasterise(svg(f'<{element} width="20" height="10" xlink:href="{href}"/>'), 20, "a.svg")
    assert caught.value.place == "a.svg"
    assert "PNG" in caught.value.remedy


def test_a_picture_inside_the_svg_is_refused() -> None:
    with pytest.raises(MarkError, match="embedded"):
        rasterise(svg('<image href="data:image/png;base64,AAAA" width="9" height="9"/>'), 20)


def test_drawings_in_other_files_are_refused_but_links_are_not() -> None:
    with pytest.raises(MarkError, match=r"refers to 'other\.svg#a'"):
        rasterise(svg('<use href="other.svg#a"/>'), 20)
    assert rasterise(svg(f'<a href="https://example.invalid/">{RED}</a>'), 20).any()


TENFOLD = [f"&e{i};" * 10 for i in range(9)]
BOMB = "".join(f'<!ENTITY e{i + 1} "{text}">' for i, text in enumerate(TENFOLD))


@pytest.mark.parametrize(
    "declarations",
    [
        f'<!ENTITY e0 "0123456789">{BOMB}',
        '<!ENTITY e9 SYSTEM "file:///etc/hostname">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p; <!ENTITY e9 "x">',
        '<!ATTLIST svg width CDATA "20"><!ENTITY e9 "x">',
    ],
)
def test_documents_that_declare_entities_are_refused(declarations: str) -> None:
    data = svg(f"<desc>&e9;</desc>{RED}", before=f"<!DOCTYPE svg [{declarations}]>")
    with pytest.raises(MarkError, match="declares entities") as caught:
        rasterise(data, 20, "bomb.svg")
    assert caught.value.place == "bomb.svg:1"


@pytest.mark.parametrize("inside", ["<text>ACME</text>", "<g><text><tspan>A</tspan></text></g>"])
def test_text_must_be_outlines(inside: str) -> None:
    with pytest.raises(MarkError, match="contains text") as caught:
        rasterise(svg(inside + RED), 20, "word.svg")
    assert "convert text to outlines" in caught.value.remedy


def test_a_broken_svg_names_file_and_line() -> None:
    with pytest.raises(MarkError, match="broken") as caught:
        rasterise(b"<svg>\n<g>\n</svg>", 20, "logo.svg")
    assert caught.value.place == "logo.svg:3"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "broken"),
        (b"\x89PNG\r\n", "broken"),
        (b"<html/>", "not an SVG"),
        (svg("&foo;", before='<!DOCTYPE svg SYSTEM "x.dtd">'), "undefined entity"),
        (svg(RED, before='<?xml version="1.0" encoding="klingon"?>'), "encoding"),
        (svg(RED, 'width="0" height="5"'), "invalid size"),
        (svg(""), "draws nothing"),
        (svg(f"<!--{'x' * drawings.MAX_BYTES['SVG']}-->"), "larger than 5,000,000 bytes"),
        (svg("<g>" * 5000 + "</g>" * 5000), "nested too deeply"),
    ],
)
def test_what_cannot_be_drawn_is_a_mark_error(data: bytes, message: str) -> None:
    with pytest.raises(MarkError, match=message):
        rasterise(data, 20)


def test_uses_that_multiply_are_refused() -> None:
    tenfold = [f'<use href="#g{i}"/>' * 10 for i in range(9)]
    levels = "".join(f'<g id="g{i + 1}">{uses}</g>' for i, uses in enumerate(tenfold))
    with pytest.raises(MarkError, match="cannot be drawn"):
        rasterise(svg(f'<defs><g id="g0">{RED}</g>{levels}</defs><use href="#g9"/>'), 20)


def test_groups_that_overflow_the_renderer_do_not_end_this_process() -> None:
    # resvg dies of 600 groups on a stack of 8 MB; on a larger one the picture must be right.
    try:
        pixels = rasterise(svg("<g>" * 600 + RED + "</g>" * 600), 20)
    except MarkError as error:
        outcome = error.message
    else:
        outcome = "drawn" if (pixels == (255, 0, 0, 255)).all() else "wrong"
    assert outcome == "drawn" or outcome.startswith("the SVG cannot be drawn")


def test_a_drawing_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "MAX_SECONDS", 0.2)
    noise = '<filter id="f"><feTurbulence numOctaves="10000000" baseFrequency=".1"/></filter>'
    with pytest.raises(MarkError, match="took longer"):
        rasterise(svg(f'{noise}<rect width="20" height="10" filter="url(#f)"/>'), 256)


@pytest.mark.parametrize("attributes", ['width="210mm" height="297mm"', 'width="3.7" height="1.9"'])
def test_a_canvas_of_broken_size_is_covered_to_its_edges(attributes: str) -> None:
    assert (rasterise(svg(RED, attributes), 64) == (255, 0, 0, 255)).all()


def test_a_box_of_the_canvas_is_drawn_by_itself() -> None:
    corner = '<rect x="15" y="5" width="5" height="5" fill="#f00"/>'
    pixels = WORKER.draw(svg(corner, 'width="20mm" height="10mm" viewBox="0 0 20 10"'), "SVG", 64)
    assert (pixels[32:, 48:] == (255, 0, 0, 255)).all()
    box = (0.75, 0.5, 1.0, 1.0)
    cut = WORKER.draw(
        svg(corner, 'width="20mm" height="10mm" viewBox="0 0 20 10"'), "SVG", 64, "", box
    )
    assert cut.shape == (64, 64, 4)
    assert (cut == (255, 0, 0, 255)).all()


def test_what_unpacks_to_gigabytes_is_refused() -> None:
    with pytest.raises(MarkError, match="larger than 5,000,000 bytes when unpacked"):
        rasterise(gzip.compress(svg(f"<!--{' ' * 6_000_000}-->{RED}")), 20)
    with pytest.raises(MarkError, match="compressed SVG is broken"):
        rasterise(b"\x1f\x8bnonsense", 20)


@pytest.mark.parametrize("side", [0, -3, 8193])
def test_an_impossible_side_is_the_callers_fault(side: int) -> None:
    with pytest.raises(UsageError, match="8192"):
        rasterise(svg(RED), side)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 200))
@example(b"\x00", 0)
def test_damaged_bytes_raise_only_mark_errors(noise: bytes, at: int) -> None:
    whole = svg(RED)
    with pytest.raises(MarkError):
        rasterise(whole[: min(at, len(whole) - 7)] + b"<" + noise, 8)
