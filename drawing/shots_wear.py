"""Sample photos of shirts, caps and shoes."""

from __future__ import annotations

from drawing import neutral, stages
from drawing.garments import CAP, SHIRT, cap, shirt
from drawing.lens import Photo
from drawing.noise import Colour
from drawing.packs import case
from drawing.scenes import Camera, Scene
from drawing.shoes import SHOE, shoe
from drawing.shots import Catalogue, Shot, imitates, inked, lookalike, mark, shows
from drawing.softgoods import canvas, jersey
from drawing.surfaces import applied, hue_turned, patterned, rendered
from drawing.vessels import moved


def shirt_summer() -> Shot:
    """The whole artwork printed on a white shirt, laid on oak."""
    white: Colour = (0.93, 0.93, 0.92)
    front = applied(
        jersey(1, SHIRT, white),
        mark("starling-summer"),
        (0.5, 0.42),
        0.31,
        sign=shows("starling-summer", "copied design, on folds"),
    )
    scene = (stages.wooden(21, stages.OAK), *moved(shirt(front, 3, white), (0, 0, 0), ("z", 3)))
    return Shot(
        Scene(scene, Camera((0, -20, 96), (0, 1, 0), 40, 1, 0.1, 960, 960), stages.overhead()),
        Photo(key=0.55, contrast=1.06),
    )


def shirt_gym() -> Shot:
    """A black shirt with a small white word on the chest."""
    black: Colour = (0.035, 0.035, 0.04)
    front = applied(
        jersey(5, SHIRT, black, 0.1),
        inked("druxo", 82, (0.92, 0.92, 0.92)),
        (0.645, 0.27),
        0,
        sign=shows("druxo", "small, one colour white on dark"),
    )
    scene = (
        stages.concrete(11, (0.70, 0.69, 0.67)),
        *moved(shirt(front, 8, black), (0, 0, 0), ("z", -5)),
    )
    return Shot(
        Scene(
            scene, Camera((2, -22, 100), (0, 0, 0), 40, -2, 0.1, 1000, 1000), stages.overhead(16)
        ),
        Photo(key=0.44, contrast=1.1, quality=82),
    )


def shirt_fox() -> Shot:
    """A heather shirt with the fox in green, close enough to see the folds."""
    sand: Colour = (0.80, 0.74, 0.64)
    front = applied(
        jersey(7, SHIRT, sand, 0.08),
        hue_turned(rendered(mark("brackenfox"), 620), 250),
        (0.5, 0.40),
        0,
        sign=shows("brackenfox", "recoloured, on folds"),
    )
    scene = (stages.wooden(22, stages.WALNUT), *moved(shirt(front, 12, sand), (0, 0, 0), ("z", 8)))
    return Shot(
        Scene(scene, Camera((-4, -26, 70), (0, 5, 0), 42, 3, 0.1, 1040, 820), stages.overhead()),
        Photo(key=0.46, warmth=0.02, contrast=1.08),
    )


def shirt_crest() -> Shot:
    """The embroidered crest on the chest of a pale grey shirt, from near."""
    grey: Colour = (0.74, 0.73, 0.70)
    front = applied(
        jersey(9, SHIRT, grey, 0.08),
        mark("quillhart"),
        (0.62, 0.28),
        0.115,
        sign=shows("quillhart", "embroidered"),
        craft="stitch",
    )
    scene = (stages.wooden(23, stages.PINE), *shirt(front, 17, grey))
    return Shot(
        Scene(scene, Camera((6, 2, 38), (6, 13.5, 0), 40, -4, 0.12, 900, 900), stages.overhead(12)),
        Photo(key=0.44, contrast=1.06),
    )


def cap_marsh() -> Shot:
    """A navy cap with the white embroidered oval."""
    navy: Colour = (0.08, 0.12, 0.22)
    front = applied(
        canvas(6, CAP, navy),
        inked("heronwick", 180, (0.94, 0.93, 0.90)),
        (0.5, 0.60),
        0,
        sign=shows("heronwick", "embroidered, one colour white on dark"),
        craft="stitch",
    )
    scene = (
        stages.wooden(27, stages.OAK),
        stages.wall(22, (0.78, 0.77, 0.74)),
        *moved(cap(front, navy), (0, 0, 0), ("z", 14)),
    )
    return Shot(
        Scene(
            scene,
            Camera((0, -46, 25), (0.5, -3, 4.6), 33, 0.8, 0.25, 1000, 860),
            stages.window(-1, 16),
        ),
        Photo(key=0.46, contrast=1.08),
    )


def cap_vale() -> Shot:
    """An embroidered emblem with a letter changed."""
    stone: Colour = (0.66, 0.60, 0.50)
    front = applied(
        canvas(8, CAP, stone),
        lookalike("fjordvale"),
        (0.5, 0.60),
        0.24,
        sign=imitates("fjordvane", "embroidered"),
        craft="stitch",
    )
    scene = (
        stages.cloth(14, (0.84, 0.83, 0.80)),
        stages.wall(23, (0.72, 0.76, 0.74)),
        *moved(cap(front, (0.30, 0.20, 0.13)), (0, 0, 0.2), ("z", -16)),
    )
    return Shot(
        Scene(
            scene,
            Camera((-2, -42, 24), (-0.6, -3, 4.6), 34, -1, 0.25, 980, 860),
            stages.window(1, 15),
        ),
        Photo(key=0.48, contrast=1.08, quality=83),
    )


def shoe_runner() -> Shot:
    """A white sports shoe with the protected side, and its box."""
    upper = jersey(11, SHOE, (0.91, 0.91, 0.89), 0.03)
    upper = applied(
        upper, mark("stridewing"), (0.52, 0.80), 0.30, sign=shows("stridewing", "bent round a shoe")
    )
    pair = moved(
        shoe(upper, (0.93, 0.92, 0.90), (0.16, 0.17, 0.20), (0.92, 0.92, 0.9)), (0, 0, 0), ("z", 10)
    )
    lid = applied(
        jersey(12, (900, 380), (0.08, 0.13, 0.24), 0.02),
        inked("nordhusk", 260, (0.9, 0.9, 0.88)),
        (0.74, 0.3),
        0,
        sign=shows("nordhusk", "one colour white on dark, partly hidden"),
    )
    carton = moved(case(lid, (0.08, 0.13, 0.24), (32, 19, 11.5)), (6, 19, 0), ("z", -6))
    return Shot(
        Scene(
            (
                stages.wooden(31, stages.WHITEWASH),
                stages.wall(25, (0.74, 0.76, 0.78)),
                *carton,
                *pair,
            ),
            Camera((-9, -56, 19), (0.5, 0, 5.6), 36, -0.6, 0.25, 1060, 780),
            stages.window(-1, 17),
        ),
        Photo(key=0.5, contrast=1.08),
    )


def shoe_fin() -> Shot:
    """A grey shoe whose side has one blade fewer."""
    upper = jersey(13, SHOE, (0.74, 0.72, 0.68), 0.04)
    upper = applied(
        upper,
        lookalike("stridefin"),
        (0.52, 0.80),
        0.30,
        sign=imitates("stridewing", "recoloured, bent round a shoe"),
    )
    one = moved(
        shoe(upper, (0.96, 0.95, 0.93), (0.10, 0.32, 0.28), (0.93, 0.93, 0.93)),
        (0, 0, 0),
        ("z", -8),
    )
    return Shot(
        Scene(
            (stages.sweep((0.86, 0.87, 0.88)), *one),
            Camera((-4, -58, 17), (0, 0, 5), 34, 0, 0.15, 1000, 760),
            stages.window(1, 20),
        ),
        Photo(key=0.58, noise=0.006, vignette=0.06, contrast=1.06),
    )


def clean_shirt() -> Shot:
    """A striped shirt without any mark."""
    front = patterned(
        jersey(15, SHIRT, (0.9, 0.9, 0.9)), neutral.stripes(("#f3efe6", "#f3efe6", "#2f4a63")), 4
    )
    front = applied(
        front,
        neutral.lines_of("weekend", font="Lato-Bold", ink="#b5482f", size=70),
        (0.5, 0.33),
        0.34,
    )
    scene = (
        stages.wooden(32, stages.WHITEWASH),
        *moved(shirt(front, 21, (0.93, 0.91, 0.87)), (0, 0, 0), ("z", -4)),
    )
    return Shot(
        Scene(scene, Camera((0, -22, 98), (0, 0, 0), 40, 0, 0.1, 960, 960), stages.overhead()),
        Photo(key=0.52, contrast=1.06, quality=82),
    )


def clean_cap() -> Shot:
    """A plain red cap with a sewn word that nobody owns."""
    red: Colour = (0.48, 0.09, 0.09)
    front = applied(
        canvas(18, CAP, red),
        neutral.lines_of("SUMMER CAMP", font="LeagueSpartan-Bold", ink="#f1e6cc", size=90),
        (0.5, 0.62),
        0.24,
        craft="stitch",
    )
    scene = (
        stages.wooden(35, stages.GREY),
        stages.wall(27, (0.84, 0.82, 0.78)),
        *moved(cap(front, red), (0, 0, 0), ("z", 18)),
    )
    return Shot(
        Scene(scene, Camera((2, -44, 26), (0.5, -3, 4.4), 34, 1, 0.25, 980, 840), stages.window()),
        Photo(key=0.46, contrast=1.08),
    )


SHOTS: Catalogue = {
    f.__name__.replace("_", "-"): f
    for f in (
        shirt_summer,
        shirt_gym,
        shirt_fox,
        shirt_crest,
        cap_marsh,
        cap_vale,
        shoe_runner,
        shoe_fin,
        clean_shirt,
        clean_cap,
    )
}
