"""Product photos with drawn marks at known poses, and the listings a scan would give for them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from detector.records import Alteration, Evidence, Finding, Listing, Matrix, Measures, Pixels, View


@dataclass(frozen=True)
class Scene:
    """Listings of photos that exist on disk, and the views their evidence refers to."""

    listings: tuple[Listing, ...]
    views: tuple[View, ...]


def draw_view(mark: str, word: str, ink: tuple[int, int, int], shape: str) -> View:
    """A mark of our own invention: an emblem beside a word on white."""
    image = Image.new("RGB", (400, 150), "white")
    pen = ImageDraw.Draw(image)
    if shape == "peaks":
        pen.polygon([(14, 118), (62, 30), (84, 76), (98, 54), (134, 118)], fill=ink)
        pen.polygon([(62, 40), (53, 58), (61, 54), (66, 62), (71, 57)], fill="white")
    elif shape == "rings":
        for x in (28, 62):
            pen.ellipse((x, 40, x + 68, 108), outline=ink, width=11)
    elif shape == "leaf":
        pen.pieslice((18, 30, 138, 150), 180, 270, fill=ink)
        pen.pieslice((18, 0, 138, 120), 0, 90, fill=ink)
    font = ImageFont.load_default(size=52)
    pen.text((150, 75), word, fill=ink, font=font, anchor="lm")
    pixels = np.asarray(image)
    return View(mark, f"{mark}.png", pixels, pixels.min(axis=2) < 200)


def backdrop(tint: tuple[int, int, int], size: tuple[int, int] = (900, 700)) -> Image.Image:
    """A studio ground that gets darker towards the floor."""
    width, height = size
    fall = np.linspace(1.0, 0.8, height)[:, None, None] * np.array(tint, float)
    ground = np.broadcast_to(fall, (height, width, 3)).clip(0, 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(ground))


def product(kind: str, body: tuple[int, int, int], tint: tuple[int, int, int]) -> Pixels:
    """A plain product (mug, box, bag) with a soft shadow and shaded sides, (700, 900, 3)."""
    image = backdrop(tint)
    shadow = Image.new("L", image.size, 0)
    ImageDraw.Draw(shadow).ellipse((170, 560, 740, 660), fill=120)
    image.paste((40, 36, 32), mask=shadow.filter(ImageFilter.GaussianBlur(24)))
    mask = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(mask)
    if kind == "mug":
        pen.ellipse((600, 250, 790, 500), outline=255, width=38)
        pen.rounded_rectangle((210, 130, 670, 620), 40, fill=255)
    elif kind == "box":
        pen.polygon([(180, 180), (700, 130), (740, 600), (200, 640)], fill=255)
    else:
        pen.arc((330, 40, 570, 340), 180, 360, fill=255, width=22)
        pen.polygon([(230, 190), (670, 190), (720, 640), (180, 640)], fill=255)
    across = np.linspace(-1, 1, 900)[None, :, None]
    shade = (1.04 - 0.28 * across**2 - 0.08 * across) * np.array(body, float)
    filled = Image.fromarray(
        np.ascontiguousarray(np.broadcast_to(shade, (700, 900, 3)).clip(0, 255).astype(np.uint8))
    )
    image.paste(filled, mask=mask.filter(ImageFilter.GaussianBlur(1)))
    return np.asarray(image)


def pose(quad: list[tuple[float, float]], view: View) -> Matrix:
    height, width = view.pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(
        cv2.getPerspectiveTransform(corners, np.array(quad, np.float32)), dtype=np.float64
    )


def lay(photo: Pixels, view: View, homography: Matrix, ink: tuple[int, int, int]) -> Pixels:
    """The photo with the mark printed on it in an ink, at a pose."""
    size = photo.shape[1], photo.shape[0]
    content = view.content.astype(np.float32)
    cover = cv2.warpPerspective(content, homography, size, flags=cv2.INTER_LINEAR)[..., None]
    mixed = photo * (1 - 0.93 * cover) + np.array(ink, np.float32) * 0.93 * cover
    return np.asarray(mixed.clip(0, 255), dtype=np.uint8)


def save(pixels: Pixels, path: Path, seed: int) -> str:
    """Writes a JPEG with sensor noise and returns the SHA-256 of its bytes."""
    noise = np.random.default_rng(seed).normal(0, 3.0, pixels.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    noisy = (pixels + noise).clip(0, 255).astype(np.uint8)
    Image.fromarray(noisy).save(path, quality=90)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def finding_at(
    view: View, row: int, name: str, score: float, homography: Matrix, seed: int = 0
) -> Finding:
    """A finding with local and hash evidence whose matches lie exactly on the homography."""
    rng = np.random.default_rng(seed)
    rows, columns = np.nonzero(view.content)
    chosen = rng.choice(len(rows), 44, replace=False)
    points = np.stack([columns[chosen] + 0.5, rows[chosen] + 0.5], axis=1)
    seen = np.c_[points, np.ones(len(points))] @ homography.T
    matches = np.c_[points, seen[:, :2] / seen[:, 2:]].astype(np.float32)
    height, width = view.pixels.shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], float)
    quad = corners @ homography.T
    quad = (quad[:, :2] / quad[:, 2:]).astype(np.float32)
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    local = Measures(inliers=44, agreement=0.81, coverage=0.9, unexplained=0.12, likeness=6.4)
    hashed = Measures(colour=-0.44, distance=0.11, likeness=4.2)
    return Finding(
        mark=view.mark,
        name=name,
        score=score,
        verdict="altered copy" if score < 0.97 else "identical copy",
        box=(float(x0), float(y0), float(x1), float(y1)),
        quad=quad,
        evidence=(
            Evidence("orb", row, local, homography, matches),
            Evidence("regions", row, hashed, None, np.zeros((0, 4), np.float32)),
        ),
        fingerprint=hashlib.sha256(f"{view.mark}{seed}".encode()).hexdigest()[:16],
        source=view.source,
        alterations=(Alteration.RECOLOURED,) if score < 0.97 else (),
        reasons=(
            "44 points of the photo agree with one position of the mark",
            "90 % of the mark’s edges are found there, 12 % of the photo’s edges are not its own",
        ),
    )


NORRVIK = draw_view("norrvik", "Norrvik", (22, 62, 98), "peaks")
OVALO = draw_view("ovalo", "Ovalo", (160, 32, 44), "rings")
FENN = draw_view("fenn-tea", "Fenn Tea", (38, 96, 60), "leaf")
VIEWS = (NORRVIK, OVALO, FENN)
NAMES = ("Norrvik", "Ovalo", "Fenn Tea")

CREAM, SLATE, SAND = (238, 232, 220), (72, 82, 94), (206, 184, 150)


def make_scene(folder: Path) -> Scene:
    """Photos of mugs, boxes and bags: seven with findings, two not read in full, four clean."""
    plans = [
        ("mug", CREAM, 0, [(280, 280), (590, 270), (595, 410), (285, 420)], (22, 62, 98), 0.99),
        ("box", SAND, 1, [(250, 250), (600, 215), (615, 370), (262, 400)], (30, 30, 30), 0.93),
        ("bag", SLATE, 2, [(290, 330), (610, 330), (625, 470), (275, 470)], (235, 235, 230), 0.86),
        ("mug", SLATE, 1, [(330, 240), (540, 320), (500, 420), (290, 340)], (240, 200, 90), 0.74),
        ("bag", CREAM, 0, [(330, 420), (520, 410), (525, 490), (332, 500)], (180, 60, 40), 0.68),
    ]
    found = [_found(folder, number, *plan) for number, plan in enumerate(plans)]
    listings = (*found, _two_marks(folder), _authorised(folder), *_unread(folder), *_clean(folder))
    return Scene(listings, VIEWS)


def _found(folder, number, kind, body, row, quad, ink, score) -> Listing:
    path = folder / f"shop-{number % 3 + 1}" / f"{kind}-{number:02}.jpg"
    homography = pose(quad, VIEWS[row])
    pixels = lay(product(kind, body, (226, 224, 220)), VIEWS[row], homography, ink)
    finding = finding_at(VIEWS[row], row, NAMES[row], score, homography, number)
    if number == 3:
        finding = replace(
            finding, verdict="look-alike", alterations=(Alteration.RECOLOURED, Alteration.ROTATED)
        )
    decision = "block" if score > 0.9 else "review"
    return _listing(path, pixels, number, decision=decision, findings=(finding,))


def _two_marks(folder: Path) -> Listing:
    first = pose([(240, 210), (560, 180), (575, 320), (250, 345)], NORRVIK)
    second = pose([(300, 430), (560, 412), (566, 520), (306, 540)], FENN)
    pixels = lay(product("box", CREAM, (214, 222, 226)), NORRVIK, first, (22, 62, 98))
    pixels = lay(pixels, FENN, second, (38, 96, 60))
    findings = (
        finding_at(NORRVIK, 0, "Norrvik", 0.97, first, 20),
        finding_at(FENN, 2, "Fenn Tea", 0.81, second, 21),
    )
    path = folder / "shop-2" / "gift-box.jpg"
    return _listing(path, pixels, 20, decision="block", findings=findings)


def _authorised(folder: Path) -> Listing:
    homography = pose([(280, 300), (590, 300), (590, 430), (280, 430)], OVALO)
    pixels = lay(product("mug", CREAM, (230, 226, 214)), OVALO, homography, (160, 32, 44))
    finding = replace(finding_at(OVALO, 1, "Ovalo", 0.98, homography, 30), authorised=True)
    path = folder / "ovalo-store" / "mug.jpg"
    return _listing(path, pixels, 30, decision="pass", findings=(finding,))


def _unread(folder: Path) -> tuple[Listing, ...]:
    cut, bomb = folder / "shop-1" / "cut-short.jpg", folder / "shop-3" / "huge.png"
    digest = save(product("bag", SAND, (226, 224, 220)), cut, 40)
    bomb.parent.mkdir(parents=True, exist_ok=True)
    bomb.write_bytes(b"\x89PNG\r\n\x1a\n")
    short = "The file ends early; the upper 60 % was examined. Ask the seller for the whole file."
    huge = "31,000 x 31,000 pixels is over the limit of 50 million. Make the picture smaller."
    return (
        Listing(str(cut), "partial", "review", short, 900, 700, digest),
        Listing(str(bomb), "refused", "review", huge),
    )


def _clean(folder: Path) -> tuple[Listing, ...]:
    kinds = (("mug", SAND), ("box", SLATE), ("bag", CREAM), ("mug", CREAM))
    return tuple(
        _listing(folder / "clean" / f"{kind}-{n}.jpg", product(kind, body, (222, 222, 226)), 50 + n)
        for n, (kind, body) in enumerate(kinds)
    )


def _listing(path: Path, pixels: Pixels, seed: int, decision="pass", findings=()) -> Listing:
    height, width = pixels.shape[:2]
    digest = save(pixels, path, seed)
    return Listing(str(path), "ok", decision, "", width, height, digest, findings, 0.21)
