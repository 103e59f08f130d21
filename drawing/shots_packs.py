"""Sample photos of cartons, pouches, bags, jars and candles."""

from __future__ import annotations

from drawing import neutral, stages
from drawing.flatgoods import beans, books, plant
from drawing.lens import Photo
from drawing.noise import Colour
from drawing.packs import CARTON, POUCH, SHOPPER, carton, pouch, shopper
from drawing.scenes import Camera, Scene
from drawing.shots import Catalogue, Shot, imitates, inked, lookalike, mark, shows
from drawing.surfaces import applied, flat
from drawing.vessels import (
    BOTTLE,
    JAR,
    JAR_LID,
    TUMBLER,
    bottle,
    jar,
    moved,
    mug,
    tumbler,
)


def carton_breakfast() -> Shot:
    """A drink carton seen from the corner."""
    front = applied(
        flat(*CARTON, (0.95, 0.92, 0.84)),
        mark("oatwell"),
        (0.5, 0.5),
        1.0,
        sign=shows("oatwell", "copied design, perspective"),
    )
    side = applied(
        flat(600, 980, (0.85, 0.64, 0.25)),
        neutral.lines_of("Keep cool.", "Shake well.", "1 litre", font="Dosis-Bold", ink="#3c2412"),
        (0.5, 0.3),
        0.8,
    )
    pack = moved(carton(front, side, (0.95, 0.92, 0.84)), (0, 0, 0), ("z", 32))
    cup = moved(
        mug(flat(60, 20, (0.55, 0.62, 0.66), 0.12), (0.55, 0.62, 0.66)), (13, -3, 0), ("z", -30)
    )
    scene = (stages.wooden(12, stages.OAK), stages.wall(8, (0.80, 0.82, 0.82)), *pack, *cup)
    return Shot(
        Scene(scene, Camera((4, -60, 25), (2.6, 0, 9.2), 31, 0.7, 0.4, 860, 1000), stages.window()),
        Photo(key=0.5, warmth=0.015, contrast=1.06),
    )


def pouch_mill() -> Shot:
    """A black pouch with the mark in a cream ink it never has."""
    black: Colour = (0.10, 0.10, 0.11)
    front = applied(
        flat(*POUCH, black),
        inked("gorsemill", 520, (0.90, 0.82, 0.64)),
        (0.5, 0.47),
        0,
        sign=shows("gorsemill", "recoloured, one colour on dark"),
    )
    front = applied(
        front,
        neutral.lines_of("STRONG WHITE FLOUR", "500 g", font="Dosis-Bold", ink="#d9cba6"),
        (0.5, 0.78),
        0.5,
    )
    scene = (
        stages.wooden(13, stages.OAK),
        stages.wall(9, (0.66, 0.60, 0.52)),
        *moved(pouch(front, black), (0, 0, 0), ("z", -10)),
    )
    bowl = moved(
        mug(flat(60, 20, (0.8, 0.75, 0.66), 0.5), (0.8, 0.75, 0.66)), (-15, 8, 0), ("z", 130)
    )
    return Shot(
        Scene(
            (*scene, *bowl),
            Camera((-3, -56, 19), (-0.6, 0, 9.0), 29, -1.0, 0.35, 800, 1000),
            stages.window(-1, 16),
        ),
        Photo(key=0.42, warmth=0.02, contrast=1.1),
    )


def pouch_peek() -> Shot:
    """Coffee in a pouch whose roundel imitates another one."""
    kraft: Colour = (0.72, 0.56, 0.38)
    front = applied(
        flat(*POUCH, kraft),
        lookalike("cinderpeek"),
        (0.5, 0.46),
        0.66,
        sign=imitates("cinderpeak", "on a creased pouch"),
    )
    front = applied(
        front, neutral.lines_of("WHOLE BEANS · 250 g", font="Dosis-Bold"), (0.5, 0.80), 0.6
    )
    scene = (
        stages.stone(6, (0.2, 0.2, 0.21), (0.42, 0.42, 0.43)),
        stages.wall(10, (0.30, 0.33, 0.33)),
        *moved(pouch(front, kraft), (0, 0, 0), ("z", 14)),
    )
    return Shot(
        Scene(
            (*scene, beans(9, 70, (-15, -12, 13, -6))),
            Camera((4, -54, 22), (0, 0, 8.6), 31, 0.6, 0.3, 820, 1000),
            stages.window(1, 17),
        ),
        Photo(key=0.40, contrast=1.1, quality=82),
    )


def shopper_tailor() -> Shot:
    """A gold foil word on a green carrier bag in a studio."""
    green: Colour = (0.10, 0.20, 0.17)
    front = applied(
        flat(*SHOPPER, green, 0.5),
        inked("tarnwick", 640, (0.85, 0.68, 0.36)),
        (0.5, 0.48),
        0,
        sign=shows("tarnwick", "recoloured in gold foil, perspective"),
        craft="foil",
    )
    scene = (
        stages.sweep((0.92, 0.91, 0.89)),
        *moved(shopper(front, green, (0.78, 0.66, 0.42)), (0, 0, 0), ("z", 24)),
    )
    return Shot(
        Scene(
            scene, Camera((5, -92, 30), (0, 0, 17.5), 30, 0, 0.2, 800, 1000), stages.window(-1, 22)
        ),
        Photo(key=0.62, noise=0.005, vignette=0.06, contrast=1.06),
    )


def jar_meadow() -> Shot:
    """A honey jar: the round label on its lid, a plain one on its belly."""
    lid = applied(
        flat(*JAR_LID, (0.96, 0.70, 0.11)),
        mark("honeyfolk"),
        (0.5, 0.5),
        0.97,
        sign=shows("honeyfolk", "copied design, perspective"),
    )
    label = applied(
        flat(*JAR, (0.98, 0.95, 0.86)),
        neutral.lines_of("BLOSSOM HONEY", "450 g", font="Vollkorn-Bold", ink="#5a3207"),
        (0.5, 0.5),
        0.6,
    )
    pot = moved(jar(label, lid, (0.50, 0.22, 0.025)), (0, 0, 0), ("z", -6))
    scene = (stages.cloth(5, (0.88, 0.85, 0.78)), stages.wall(3, (0.78, 0.80, 0.72)), *pot)
    return Shot(
        Scene(
            scene,
            Camera((3, -32, 31), (0, 0, 5.2), 32, 1.0, 0.2, 960, 860),
            stages.window(-1, 15, 1.04),
        ),
        Photo(key=0.5, warmth=0.015, contrast=1.08),
    )


def candle_ember() -> Shot:
    """A candle in a tumbler."""
    cream: Colour = (0.90, 0.87, 0.82)
    skin = applied(
        flat(*TUMBLER, cream, 0.4),
        mark("emberloft"),
        (0.5, 0.5),
        0.22,
        sign=shows("emberloft", "bent round a tumbler"),
    )
    scene = (
        stages.wooden(14, stages.WHITEWASH),
        stages.wall(6, (0.80, 0.74, 0.68)),
        *tumbler(skin, cream, (0.95, 0.90, 0.79)),
        *moved(books([(0.7, 0.68, 0.62)]), (-15, 18, 0)),
    )
    return Shot(
        Scene(
            scene,
            Camera((4, -36, 17), (-0.4, 0, 4.2), 30, -0.7, 0.35, 900, 900),
            stages.window(1, 14, 1.1),
        ),
        Photo(key=0.5, warmth=0.03, contrast=1.05),
    )


def shelf_spa() -> Shot:
    """A shelf of bathroom things; one of them shows a small mark."""
    white: Colour = (0.93, 0.92, 0.90)
    skin = applied(
        flat(*TUMBLER, white, 0.35),
        mark("solpetra"),
        (0.5, 0.52),
        0.11,
        sign=shows("solpetra", "small"),
    )
    pot = moved(tumbler(skin, white, (0.93, 0.86, 0.76)), (4, 2, 0), ("z", -4))
    oil = applied(
        flat(*BOTTLE, (0.94, 0.93, 0.89)),
        neutral.lines_of("BATH OIL", "almond", font="Lato-Medium"),
        (0.5, 0.5),
        0.4,
    )
    flask = moved(bottle(oil, (0.22, 0.10, 0.03), (0.2, 0.2, 0.2)), (-9, 3, 0), ("z", 8))
    green = moved(plant(11), (21, 12, 0))
    scene = (
        stages.wooden(15, stages.OAK),
        stages.wall(11, (0.83, 0.81, 0.77), 34),
        *pot,
        *flask,
        *green,
    )
    return Shot(
        Scene(scene, Camera((2, -70, 24), (4, 0, 9.5), 38, 0.6, 0.4, 1080, 820), stages.window()),
        Photo(key=0.5, contrast=1.06, quality=85),
    )


SHOTS: Catalogue = {
    f.__name__.replace("_", "-"): f
    for f in (
        carton_breakfast,
        pouch_mill,
        pouch_peek,
        shopper_tailor,
        jar_meadow,
        candle_ember,
        shelf_spa,
    )
}
