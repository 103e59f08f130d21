"""Sample photos of phone cases, notebooks, tags, tins and paper, and clean table products."""

from __future__ import annotations

import numpy as np

from drawing import neutral, stages
from drawing.flatgoods import (
    NOTEBOOK,
    PHONE,
    ROLL,
    TAG,
    TIN,
    books,
    notebook,
    orange,
    pencil,
    phone_case,
    plant,
    roll,
    tag,
    tin,
)
from drawing.lens import Photo
from drawing.noise import Colour, marble
from drawing.scenes import Camera, Scene
from drawing.shots import WHITE, Catalogue, Shot, imitates, inked, lookalike, mark, shows
from drawing.surfaces import applied, flat, patterned, surface
from drawing.vessels import BOTTLE, MUG, bottle, case, drink, moved, mug


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


def tin_pets() -> Shot:
    """A treat tin photographed upside down."""
    lid = applied(
        flat(*TIN, (0.96, 0.90, 0.82), 0.3),
        mark("pawlinka"),
        (0.5, 0.5),
        0.42,
        sign=shows("pawlinka", "rotated, perspective"),
    )
    scene = (
        stages.wooden(48, stages.PINE),
        *moved(tin(lid, (0.92, 0.62, 0.66)), (0, 0, 0), ("z", 158)),
        *moved((orange(8, (0.72, 0.55, 0.32), 2.0),), (15, -9, 0)),
    )
    return Shot(
        Scene(
            scene, Camera((3, -30, 36), (0, 0, 2), 37, 1, 0.15, 1000, 820), stages.window(-1, 15)
        ),
        Photo(key=0.5, contrast=1.06),
    )


def tin_pets_mint() -> Shot:
    """The look-alike cat on a mint tin."""
    lid = applied(
        flat(*TIN, (0.86, 0.93, 0.90), 0.3),
        lookalike("pawlinda"),
        (0.5, 0.5),
        0.42,
        sign=imitates("pawlinka", "recoloured"),
    )
    scene = (
        stages.cloth(49, (0.86, 0.84, 0.80)),
        *moved(tin(lid, (0.45, 0.68, 0.64)), (0, 0, 0.3), ("z", -12)),
    )
    return Shot(
        Scene(
            scene, Camera((-3, -26, 38), (0, 0, 2), 36, -1, 0.15, 960, 820), stages.window(1, 15)
        ),
        Photo(key=0.54, contrast=1.05),
    )


def paper_ferns() -> Shot:
    """A roll of wrapping paper with the frond pattern."""
    sheet = patterned(
        flat(*ROLL, (0.94, 0.9, 0.82), 0.45),
        mark("fernway"),
        5,
        sign=shows("fernway", "pattern, rotated, bent round a roll"),
        turn=90,
    )
    scene = (
        stages.wooden(50, stages.WALNUT),
        *moved(roll(sheet, 34, 3.0), (0, 0, 0), ("z", 24)),
        *moved(books([(0.75, 0.70, 0.6), (0.4, 0.2, 0.16)], 2), (-13, 17, 0)),
    )
    return Shot(
        Scene(
            scene, Camera((3, -34, 34), (0, 1, 1), 42, 0, 0.15, 1000, 780), stages.window(-1, 16)
        ),
        Photo(key=0.44, contrast=1.08),
    )


def desk_wide() -> Shot:
    """A desk from above; a very small mark on a notebook among other things."""
    cover = applied(
        flat(*NOTEBOOK, (0.86, 0.83, 0.77), 0.6),
        mark("zephyrix"),
        (0.5, 0.90),
        0.26,
        sign=shows("zephyrix", "small, rotated"),
    )
    pad = moved(notebook(cover, None), (4, -2, 0), ("z", -22))
    cup = moved(
        (
            *mug(flat(60, 20, (0.3, 0.36, 0.4), 0.15), (0.3, 0.36, 0.4)),
            drink(8.5, (0.11, 0.055, 0.03)),
        ),
        (-17, 9, 0),
        ("z", 60),
    )
    more = (
        *moved(pencil((0.2, 0.45, 0.4)), (18, 8, 0), ("z", 118)),
        *moved(plant(23), (25, 22, 0)),
    )
    return Shot(
        Scene(
            (stages.wooden(51, stages.OAK), *pad, *cup, *more),
            Camera((0, -24, 62), (1, 2, 0), 42, 0, 0.12, 1080, 820),
            stages.overhead(),
        ),
        Photo(key=0.5, contrast=1.06),
    )


def parcel_wide() -> Shot:
    """A parcel seen askew with the workwear sign on a strip of tape."""
    kraft: Colour = (0.70, 0.54, 0.37)
    top = applied(
        flat(1200, 800, kraft, 0.6),
        mark("nordhusk"),
        (0.42, 0.48),
        0.46,
        sign=shows("nordhusk", "rotated, perspective, worn print"),
        turn=-12,
        wear=0.12,
    )
    front = applied(flat(1200, 560, kraft, 0.6), neutral.handle_with_care(), (0.72, 0.5), 0.34)
    pack = moved(case(front, kraft, (33, 22, 15), top), (0, 0, 0), ("z", 27))
    return Shot(
        Scene(
            (stages.concrete(52), stages.wall(31, (0.76, 0.76, 0.74)), *pack),
            Camera((4, -66, 54), (0, 0, 7), 34, -1, 0.15, 1000, 860),
            stages.window(-1, 18),
        ),
        Photo(key=0.45, contrast=1.08),
    )


def clean_mug() -> Shot:
    """A striped mug with a greeting."""
    skin = patterned(
        flat(*MUG, WHITE, 0.12),
        neutral.stripes(("#f2ede2", "#f2ede2", "#d9893d", "#f2ede2", "#39605c")),
        6,
    )
    skin = applied(
        skin,
        neutral.lines_of("GOOD", "MORNING", font="LeagueSpartan-Bold", ink="#2a3534", size=120),
        (0.5, 0.5),
        0.24,
    )
    scene = (
        stages.wooden(53, stages.PINE),
        stages.wall(32, (0.76, 0.80, 0.80)),
        *moved((*mug(skin, WHITE), drink(8.5, (0.11, 0.055, 0.03))), (0, 0, 0), ("z", 10)),
        *moved((orange(12),), (12, 6, 0)),
    )
    return Shot(
        Scene(scene, Camera((3, -40, 19), (1, 0, 4.5), 31, 0.6, 0.3, 980, 800), stages.window()),
        Photo(key=0.5, contrast=1.06),
    )


def clean_bottle() -> Shot:
    """Olive oil with a plain shop label."""
    label = applied(
        flat(*BOTTLE, (0.95, 0.93, 0.86)),
        neutral.lines_of(
            "OLIVE OIL", "cold pressed", "500 ml", font="Vollkorn-Medium", ink="#3c4a24", size=120
        ),
        (0.5, 0.5),
        0.7,
    )
    scene = (
        stages.stone(54),
        stages.wall(33, (0.80, 0.79, 0.72)),
        *bottle(label, (0.045, 0.06, 0.02), (0.15, 0.15, 0.14)),
        *moved((orange(14, (0.62, 0.10, 0.06), 3.2),), (9, -2, 0)),
    )
    return Shot(
        Scene(
            scene,
            Camera((-4, -60, 20), (1, 0, 11.6), 29, 0.7, 0.45, 780, 1000),
            stages.window(1, 15),
        ),
        Photo(key=0.48, contrast=1.08),
    )


def clean_parcel() -> Shot:
    """A shipping box with the usual handling signs."""
    kraft: Colour = (0.72, 0.56, 0.39)
    front = applied(flat(1200, 700, kraft, 0.6), neutral.handle_with_care(), (0.5, 0.5), 0.5)
    pack = moved(case(front, kraft, (30, 22, 17.5)), (0, 0, 0), ("z", -24))
    return Shot(
        Scene(
            (stages.wooden(55, stages.GREY), stages.wall(34, (0.82, 0.81, 0.78)), *pack),
            Camera((-3, -70, 34), (0, 0, 8), 34, 1, 0.2, 1000, 840),
            stages.window(),
        ),
        Photo(key=0.46, contrast=1.08),
    )


def clean_notebook() -> Shot:
    """A notebook with a plain printed word and an abstract cover."""
    cover = applied(flat(*NOTEBOOK, (0.94, 0.91, 0.85), 0.6), neutral.abstract(), (0.5, 0.42), 0.72)
    cover = applied(
        cover, neutral.lines_of("notes", font="Lato-Medium", ink="#39423f"), (0.5, 0.87), 0.4
    )
    scene = (
        stages.cloth(56, (0.58, 0.60, 0.58)),
        *moved(notebook(cover, None), (0, 0, 0.2), ("z", 11)),
        *moved(pencil((0.85, 0.8, 0.7)), (11, 0, 0.3), ("z", 84)),
    )
    return Shot(
        Scene(scene, Camera((0, -22, 36), (0, 0, 0.5), 37, 1, 0.12, 860, 980), stages.overhead(12)),
        Photo(key=0.48, contrast=1.06),
    )


def clean_phone() -> Shot:
    """A phone case that looks like marble."""
    stone = marble(
        np.random.default_rng(8), (PHONE[1], PHONE[0]), (0.30, 0.33, 0.38), (0.93, 0.91, 0.90)
    )
    scene = (
        stages.wooden(57, stages.WALNUT, 90),
        *moved(phone_case(surface(stone, 0.0, 0.25), (0.86, 0.85, 0.84)), (0, 0, 0), ("z", -18)),
    )
    return Shot(
        Scene(scene, Camera((1, -17, 30), (0, 0, 0), 36, 0, 0.12, 900, 960), stages.overhead()),
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
        tin_pets,
        tin_pets_mint,
        paper_ferns,
        desk_wide,
        parcel_wide,
        clean_mug,
        clean_bottle,
        clean_parcel,
        clean_notebook,
        clean_phone,
    )
}
