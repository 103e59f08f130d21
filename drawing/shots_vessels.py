"""Sample photos of mugs, bottles, cans, jars, cartons, pouches and bags."""

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
    CARTON,
    JAR,
    JAR_LID,
    MUG,
    POUCH,
    SHOPPER,
    TUMBLER,
    bottle,
    can,
    carton,
    case,
    drink,
    jar,
    moved,
    mug,
    pouch,
    shopper,
    tumbler,
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


def box_dairy() -> Shot:
    """A cheese box with a green sign that imitates a red one."""
    front = applied(
        flat(1000, 620, (0.96, 0.92, 0.80)),
        lookalike("grannick"),
        (0.5, 0.5),
        0.72,
        sign=imitates("grannik", "recoloured, perspective"),
    )
    pack = moved(case(front, (0.96, 0.92, 0.80), (20, 9, 12.4)), (0, 0, 0), ("z", -26))
    scene = (
        stages.wooden(16, stages.WALNUT),
        stages.wall(12, (0.72, 0.74, 0.70)),
        *pack,
        *moved((orange(4, (0.75, 0.12, 0.08), 3.5),), (13, -7, 0)),
    )
    return Shot(
        Scene(
            scene, Camera((-3, -58, 24), (0.5, 0, 5.2), 31, 0.9, 0.3, 1000, 800), stages.window()
        ),
        Photo(key=0.46, contrast=1.08),
    )


def box_dairy_red() -> Shot:
    """The protected dairy word, cut off by the picture border and by a mug."""
    front = applied(
        flat(1000, 620, (0.97, 0.94, 0.85)),
        mark("grannik"),
        (0.5, 0.5),
        0.72,
        sign=shows("grannik", "partly hidden at the picture border"),
    )
    pack = moved(case(front, (0.97, 0.94, 0.85), (20, 9, 12.4)), (8, 0, 0), ("z", 16))
    cup = moved(
        (*mug(flat(60, 20, (0.25, 0.35, 0.42), 0.15), (0.25, 0.35, 0.42)), drink(8.4, COFFEE)),
        (-8, -8, 0),
        ("z", 150),
    )
    scene = (stages.wooden(17, stages.PINE), stages.wall(13, (0.84, 0.80, 0.72)), *pack, *cup)
    return Shot(
        Scene(
            scene,
            Camera((-6, -54, 20), (-1.5, 0, 5.0), 29, -1.0, 0.3, 960, 780),
            stages.window(1, 15),
        ),
        Photo(key=0.48, contrast=1.06),
    )


def box_charger() -> Shot:
    """A gadget box; the sign is printed the wrong way round."""
    front = applied(
        flat(760, 900, (0.94, 0.94, 0.95), 0.35),
        mark("kvantiro"),
        (0.5, 0.36),
        0.78,
        sign=shows("kvantiro", "mirrored, perspective"),
        mirrored=True,
    )
    front = applied(
        front, neutral.lines_of("FAST CHARGER", "65 W", ink="#3a4560"), (0.5, 0.72), 0.5
    )
    pack = moved(case(front, (0.94, 0.94, 0.95), (11, 6, 13)), (0, 0, 0), ("z", 22))
    scene = (
        stages.wooden(18, stages.GREY),
        stages.wall(14, (0.70, 0.73, 0.78)),
        *pack,
        *moved(books([(0.12, 0.14, 0.2)], 7), (-16, 17, 0)),
    )
    return Shot(
        Scene(
            scene,
            Camera((3, -46, 19), (-0.6, 0, 5.9), 30, -0.9, 0.25, 860, 960),
            stages.window(-1, 15),
        ),
        Photo(key=0.48, warmth=-0.02, contrast=1.08),
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
        mug_teal,
        bottle_lemonade,
        bottle_pink,
        bottles_cellar,
        cans_party,
        carton_breakfast,
        pouch_mill,
        pouch_peek,
        shopper_tailor,
        jar_meadow,
        candle_ember,
        shelf_spa,
        box_dairy,
        box_dairy_red,
        box_charger,
    )
}
