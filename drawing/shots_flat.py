"""Sample photos of phone cases, notebooks, tags, tins and paper."""

from __future__ import annotations

import numpy as np

from drawing import neutral, stages
from drawing.flatgoods import (
    NOTEBOOK,
    PHONE,
    TAG,
    notebook,
    pencil,
    phone_case,
    tag,
)
from drawing.lens import Photo
from drawing.noise import Colour
from drawing.scenes import Camera, Scene
from drawing.shots import Catalogue, Shot, imitates, inked, lookalike, mark, shows
from drawing.surfaces import applied, flat, patterned, surface
from drawing.vessels import moved


def phone_night() -> Shot:
    """The whole night artwork on a phone case."""
    back = applied(
        flat(*PHONE, (0.05, 0.06, 0.2), 0.3),
        mark("nightgarden"),
        (0.5, 0.5),
        1.0,
        sign=shows("nightgarden", "copied design, rotated"),
    )
    scene = (
        stages.wooden(41, stages.WHITEWASH, 90),
        *moved(phone_case(back, (0.05, 0.05, 0.15)), (0, 0, 0), ("z", 14)),
        *moved(pencil((0.85, 0.68, 0.12)), (5.5, -6, 0), ("z", 74)),
    )
    return Shot(
        Scene(scene, Camera((0, -15, 31), (0.2, 0, 0), 36, 0, 0.12, 860, 1000), stages.overhead()),
        Photo(key=0.48, contrast=1.08),
    )


def phones_pair() -> Shot:
    """Two cases with different patterns."""
    shards = patterned(
        flat(*PHONE, (0.98, 0.95, 0.92), 0.35),
        mark("pomelino"),
        1.2,
        sign=shows("pomelino", "pattern, rotated"),
    )
    letters = patterned(
        flat(*PHONE, (0.07, 0.25, 0.29), 0.35),
        mark("karsholm"),
        1.1,
        sign=shows("karsholm", "pattern, partly hidden, rotated"),
    )
    lower = moved(phone_case(letters, (0.07, 0.2, 0.24)), (4.6, 1, 0), ("z", -16))
    upper = moved(phone_case(shards, (0.93, 0.9, 0.87)), (-3.4, -1.5, 0.75), ("y", 4), ("z", 9))
    return Shot(
        Scene(
            (stages.stone(43), *lower, *upper),
            Camera((0, -16, 34), (0.4, 0, 0), 38, 1, 0.12, 980, 940),
            stages.overhead(),
        ),
        Photo(key=0.54, contrast=1.06),
    )


def notebook_compass() -> Shot:
    """A leather notebook with the compass pressed into it."""
    hide: Colour = (0.34, 0.17, 0.10)
    leather = surface(
        flat(*NOTEBOOK, hide).colour,
        np.random.default_rng(3).normal(size=NOTEBOOK[::-1]) * 0.4,
        0.5,
    )
    cover = applied(
        leather,
        inked("novarrow", 430, hide),
        (0.48, 0.42),
        0,
        sign=shows("novarrow", "one colour, pressed into leather"),
        craft="deboss",
    )
    scene = (
        stages.cloth(44, (0.80, 0.77, 0.70)),
        *moved(notebook(cover, (0.12, 0.1, 0.1)), (0, 0, 0.2), ("z", -14)),
        *moved(pencil((0.1, 0.1, 0.12)), (11, -4, 0.3), ("z", 66)),
    )
    return Shot(
        Scene(
            scene, Camera((4, -26, 34), (0.5, 0, 0.5), 36, 0, 0.12, 960, 860), stages.overhead(12)
        ),
        Photo(key=0.45, warmth=0.02, contrast=1.08),
    )


def notebook_stickers() -> Shot:
    """A notebook covered with stickers of several marks, turned every way."""
    cover = flat(*NOTEBOOK, (0.16, 0.17, 0.19), 0.5)
    for slug, at, width, turn in (
        ("oonalu", (0.34, 0.14), 0.46, -9),
        ("pawlinka", (0.70, 0.31), 0.34, 14),
        ("heronwick", (0.26, 0.45), 0.26, -6),
        ("bizzlepop", (0.62, 0.60), 0.52, 24),
        ("novarrow", (0.30, 0.78), 0.36, 40),
    ):
        cover = applied(
            cover,
            _sticker(slug, round(width * NOTEBOOK[0])),
            at,
            0,
            sign=shows(slug, "one of several marks, rotated"),
            turn=turn,
        )
    scene = (
        stages.wooden(45, stages.OAK, 90),
        *moved(notebook(cover, None), (0, 0, 0), ("z", 6)),
        *moved(pencil((0.7, 0.15, 0.12)), (-11, 2, 0), ("z", 100)),
    )
    return Shot(
        Scene(scene, Camera((1, -20, 36), (0, 0, 0.5), 37, -1, 0.12, 860, 1000), stages.overhead()),
        Photo(key=0.46, contrast=1.06, quality=82),
    )


def _sticker(slug: str, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A mark on white vinyl cut a little outside its outline."""
    import cv2

    from drawing.surfaces import rendered

    art = np.pad(rendered(mark(slug), width), ((24, 24), (24, 24), (0, 0)))
    halo = cv2.GaussianBlur(cv2.dilate(art[..., 3], np.ones((25, 25))), (0, 0), 4.0)
    vinyl = np.clip((halo - 0.35) * 8, 0, 1)
    alpha = art[..., 3:]
    colour = art[..., :3] * alpha + 0.97 * (1 - alpha)
    return np.concatenate([colour, np.maximum(vinyl, art[..., 3])[..., None]], -1)


def tag_boutique() -> Shot:
    """The hang tag of a cosmetics shop that the owner has authorised."""
    front = applied(
        flat(*TAG, (0.96, 0.94, 0.90)),
        mark("velloria"),
        (0.5, 0.52),
        0.82,
        sign=shows("velloria", "authorised seller seller-042"),
    )
    front = applied(
        front,
        neutral.lines_of("rose & cedar", "gift set", font="Lato-Medium", ink="#6b5a50"),
        (0.5, 0.74),
        0.5,
    )
    scene = (
        stages.cloth(46, (0.60, 0.44, 0.42)),
        *moved(tag(front, (0.82, 0.72, 0.52)), (0, -1, 0.9), ("z", 16)),
    )
    return Shot(
        Scene(
            scene, Camera((2, -13, 25), (0.2, 1, 0.5), 36, 0, 0.12, 860, 960), stages.overhead(12)
        ),
        Photo(key=0.5, warmth=0.01, contrast=1.05),
    )


def tag_market() -> Shot:
    """A tag whose word swaps two letters."""
    front = applied(
        flat(*TAG, (0.90, 0.84, 0.74)),
        lookalike("velorria"),
        (0.5, 0.55),
        0.84,
        sign=imitates("velloria", "perspective"),
    )
    scene = (
        stages.wooden(47, stages.GREY, 80),
        *moved(tag(front, (0.2, 0.2, 0.2)), (0, -1.5, 0.05), ("z", -24)),
    )
    return Shot(
        Scene(
            scene, Camera((-3, -18, 17), (0.2, 0.5, 0), 38, 1, 0.12, 960, 820), stages.overhead(12)
        ),
        Photo(key=0.46, contrast=1.08),
    )


SHOTS: Catalogue = {
    f.__name__.replace("_", "-"): f
    for f in (
        phone_night,
        phones_pair,
        notebook_compass,
        notebook_stickers,
        tag_boutique,
        tag_market,
    )
}
