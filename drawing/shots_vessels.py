"""Sample photos of mugs, bottles and cans."""

from __future__ import annotations

from dataclasses import replace

from drawing import neutral, stages
from drawing.flatgoods import beans, books, orange, plant
from drawing.lens import Photo
from drawing.noise import Colour
from drawing.scenes import Camera, Scene
from drawing.shots import WHITE, Catalogue, Shot, imitates, inked, lookalike, mark, shows
from drawing.surfaces import applied, flat, hue_turned, rendered
from drawing.vessels import (
    BOTTLE,
    CAN,
    MUG,
    bottle,
    can,
    drink,
    moved,
    mug,
)

COFFEE: Colour = (0.11, 0.055, 0.03)


NAVY: Colour = (0.08, 0.12, 0.22)


def mug_roastery() -> Shot:
    """The roundel bent round an enamel mug, beans on the table."""
    skin = applied(
        flat(*MUG, WHITE, 0.12),
        mark("cinderpeak"),
        (0.5, 0.5),
        0.24,
        sign=shows("cinderpeak", "bent round a mug"),
    )
    cup = moved((*mug(skin, WHITE, NAVY), drink(8.6, COFFEE)), (0, 0, 0), ("z", 12))
    scene = (
        stages.wooden(1, stages.WALNUT),
        stages.wall(2, (0.72, 0.68, 0.62)),
        *cup,
        beans(3, 46, (-13, -10, -4, 2)),
    )
    return Shot(
        Scene(
            (*scene, *moved(books([(0.35, 0.1, 0.1), (0.8, 0.75, 0.6)]), (16, 26, 0))),
            Camera((3, -36, 17), (0.6, 0, 4.7), 30, -1.2, 0.35, 1000, 780),
            stages.window(),
        ),
        Photo(key=0.46, warmth=0.03, contrast=1.08),
    )


def mug_trail() -> Shot:
    """A dark mug with the mark in white, turned away from the camera."""
    green: Colour = (0.07, 0.15, 0.13)
    skin = applied(
        flat(*MUG, green, 0.25),
        inked("fjordvane", 640, (0.93, 0.93, 0.9)),
        (0.42, 0.5),
        0,
        sign=shows("fjordvane", "one colour white on dark, bent round a mug"),
    )
    cup = moved((*mug(skin, green), drink(8.3, (0.3, 0.16, 0.05))), (0, 0, 0), ("z", 6))
    scene = (
        stages.concrete(3),
        stages.wall(4, (0.62, 0.66, 0.66)),
        *cup,
        *moved(plant(5), (-17, 24, 0)),
    )
    return Shot(
        Scene(
            scene,
            Camera((-7, -40, 21), (0.5, 0, 4.4), 29, 1.5, 0.3, 820, 1000),
            stages.window(1, 16),
        ),
        Photo(key=0.43, warmth=-0.01, contrast=1.1),
    )


def mug_moon() -> Shot:
    """A child's mug with a whale that is not quite the protected one."""
    skin = applied(
        flat(*MUG, WHITE, 0.1),
        lookalike("tidemoon"),
        (0.5, 0.52),
        0.27,
        sign=imitates("tidemoor", "bent round a mug"),
    )
    scene = (
        stages.wooden(6, stages.PINE),
        stages.wall(5, (0.75, 0.83, 0.86)),
        *moved(mug(skin, WHITE), (-1, 0, 0), ("z", 8)),
    )
    stack = moved(books([(0.2, 0.42, 0.55), (0.9, 0.72, 0.25), (0.78, 0.3, 0.25)], 4), (16, 16, 0))
    return Shot(
        Scene(
            (*scene, *stack),
            Camera((4, -42, 20), (1.2, 0, 4.6), 31, 0.8, 0.3, 960, 800),
            stages.window(-1, 14, 1.04),
        ),
        Photo(key=0.52, contrast=1.05, quality=83),
    )


def bottle_lemonade() -> Shot:
    """A whole label copied, round a bottle on marble, with fruit."""
    label = applied(
        flat(*BOTTLE, (0.97, 0.95, 0.88)),
        mark("citrabelle"),
        (0.5, 0.5),
        0.63,
        sign=shows("citrabelle", "copied design, bent round a bottle"),
    )
    fruit = (
        *moved((orange(1, (0.96, 0.78, 0.1), 3.2),), (8, 2, 0)),
        *moved((orange(2, (0.96, 0.80, 0.12), 3.1),), (-8.5, 5, 0)),
    )
    scene = (
        stages.stone(2),
        stages.wall(3, (0.62, 0.70, 0.64)),
        *bottle(label, (0.03, 0.07, 0.035), (0.75, 0.66, 0.2)),
        *fruit,
    )
    return Shot(
        Scene(
            scene, Camera((5, -62, 21), (0, 0, 11.8), 28, -0.6, 0.45, 760, 1000), stages.window()
        ),
        Photo(key=0.46, contrast=1.1),
    )


def bottle_pink() -> Shot:
    """A label that borrows everything but the letters and the colour."""
    label = applied(
        flat(*BOTTLE, (0.98, 0.92, 0.93)),
        lookalike("citrabella"),
        (0.5, 0.5),
        0.63,
        sign=imitates("citrabelle", "bent round a bottle"),
    )
    pair = moved(bottle(label, (0.28, 0.05, 0.08), (0.85, 0.85, 0.86)), (0, 0, 0), ("z", -14))
    scene = (
        stages.wooden(9, stages.WHITEWASH),
        stages.wall(4, (0.86, 0.74, 0.72)),
        *pair,
        *moved(plant(8, (0.7, 0.45, 0.35)), (15, 20, 0)),
    )
    return Shot(
        Scene(
            scene,
            Camera((-6, -58, 18), (1, 0, 11.2), 30, 1.0, 0.5, 780, 980),
            stages.window(1, 15, 1.03),
        ),
        Photo(key=0.5, contrast=1.05, quality=82),
    )


def bottles_cellar() -> Shot:
    """Two wine bottles, one in front of the other."""
    paper: Colour = (0.93, 0.90, 0.82)
    label = applied(
        flat(*BOTTLE, paper),
        mark("octavine"),
        (0.5, 0.4),
        0.42,
        sign=shows("octavine", "bent round a bottle"),
    )
    label = applied(
        label,
        neutral.lines_of("RED BLEND", "2021", font="Vollkorn-Medium", size=54),
        (0.5, 0.83),
        0.42,
    )
    behind = replace(label, signs=(shows("octavine", "partly hidden, bent round a bottle"),))
    glass: Colour = (0.035, 0.03, 0.02)
    front, back = bottle(label, glass, (0.35, 0.06, 0.1)), bottle(behind, glass, (0.35, 0.06, 0.1))
    scene = (
        stages.wooden(11, stages.WALNUT),
        stages.wall(6, (0.36, 0.30, 0.28)),
        *moved(front, (-2.6, -2, 0), ("z", 10)),
        *moved(back, (2.5, 4, 0), ("z", -8)),
    )
    return Shot(
        Scene(
            scene,
            Camera((3, -60, 17), (0.4, 0, 11.4), 29, 0.5, 0.3, 800, 1000),
            stages.window(-1, 18, 1.08),
        ),
        Photo(key=0.36, warmth=0.03, contrast=1.12),
    )


def cans_party() -> Shot:
    """Two cans with different marks."""
    sweet = applied(
        flat(*CAN, (0.96, 0.80, 0.86), 0.3),
        mark("bizzlepop"),
        (0.5, 0.46),
        0.40,
        sign=shows("bizzlepop", "bent round a can"),
    )
    dark = applied(
        flat(*CAN, (0.05, 0.05, 0.06), 0.3),
        inked("druxo", 520, (0.95, 0.95, 0.95)),
        (0.5, 0.44),
        0,
        sign=shows("druxo", "one colour white on dark, bent round a can"),
    )
    dark = applied(dark, neutral.lines_of("ISOTONIC DRINK", ink="#d8d8d8"), (0.5, 0.7), 0.3)
    scene = (
        stages.concrete(7, (0.66, 0.67, 0.68)),
        stages.wall(7, (0.88, 0.86, 0.80)),
        *moved(can(sweet), (-4.2, 0, 0), ("z", -6)),
        *moved(can(dark), (4.4, 2.5, 0), ("z", 10)),
    )
    return Shot(
        Scene(
            scene,
            Camera((2, -46, 15), (0.1, 0, 5.6), 29, -0.8, 0.25, 1000, 820),
            stages.window(1, 15),
        ),
        Photo(key=0.47, contrast=1.1),
    )


def mug_teal() -> Shot:
    """The songbird in colours the owner never used, at the side of a mug."""
    skin = applied(
        flat(*MUG, (0.93, 0.90, 0.84), 0.14),
        hue_turned(rendered(mark("larkentide"), 620), 150),
        (0.46, 0.5),
        0,
        sign=shows("larkentide", "recoloured, bent round a mug"),
    )
    cup = moved(
        (*mug(skin, (0.93, 0.90, 0.84)), drink(8.5, (0.42, 0.2, 0.06))), (0, 0, 0), ("z", 4)
    )
    scene = (stages.cloth(12, (0.62, 0.66, 0.70)), stages.wall(15, (0.84, 0.82, 0.78)), *cup)
    return Shot(
        Scene(
            scene, Camera((1, -38, 22), (0.8, 0, 4.4), 30, 1.2, 0.3, 980, 800), stages.window(1, 14)
        ),
        Photo(key=0.5, contrast=1.05),
    )


SHOTS: Catalogue = {
    f.__name__.replace("_", "-"): f
    for f in (
        mug_roastery,
        mug_trail,
        mug_moon,
        bottle_lemonade,
        bottle_pink,
        bottles_cellar,
        cans_party,
        mug_teal,
    )
}
