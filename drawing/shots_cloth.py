"""Sample photos of bags, cushions and cloth."""

from __future__ import annotations

from drawing import neutral, stages
from drawing.flatgoods import books, plant
from drawing.lens import Photo
from drawing.noise import Colour
from drawing.scenes import Camera, Scene
from drawing.shots import Catalogue, Shot, imitates, inked, lookalike, mark, shows
from drawing.softgoods import CUSHION, SCARF, TOTE, canvas, cushion, scarf, tote
from drawing.surfaces import applied, patterned
from drawing.vessels import moved


def tote_harbour() -> Shot:
    """A natural cotton bag with the whale in one dark ink."""
    raw: Colour = (0.86, 0.81, 0.70)
    front = applied(
        canvas(1, TOTE, raw),
        inked("tidemoor", 640, (0.10, 0.11, 0.16)),
        (0.5, 0.52),
        0,
        sign=shows("tidemoor", "recoloured, one colour, on cloth"),
    )
    scene = (
        stages.concrete(5, (0.62, 0.60, 0.57)),
        *moved(tote(front, 3, raw), (0, -6, 0), ("z", -6)),
    )
    return Shot(
        Scene(scene, Camera((0, -16, 84), (0, 3, 0), 44, 0, 0.1, 820, 1040), stages.overhead()),
        Photo(key=0.47, contrast=1.06),
    )


def tote_garden() -> Shot:
    """A green wreath on a bag, partly under a scarf."""
    raw: Colour = (0.90, 0.88, 0.82)
    front = applied(
        canvas(4, TOTE, raw),
        mark("moss-and-mirth"),
        (0.5, 0.54),
        0.52,
        sign=shows("moss-and-mirth", "partly hidden by a notebook, on cloth"),
    )
    scene = (stages.wooden(25, stages.PINE), *moved(tote(front, 9, raw), (0, -5, 0), ("z", 9)))
    stack = moved(books([(0.52, 0.30, 0.22)], 3), (12, -17, 0.8), ("z", 24))
    return Shot(
        Scene(
            (*scene, *stack),
            Camera((3, -20, 74), (1, -2, 0), 42, 0, 0.1, 900, 1000),
            stages.overhead(),
        ),
        Photo(key=0.52, warmth=0.01, contrast=1.05),
    )


def cushion_sofa() -> Shot:
    """The copied cushion front, leaning on a wall."""
    front = patterned(
        canvas(2, CUSHION, (0.9, 0.9, 0.9)),
        mark("sunfold"),
        1,
        sign=shows("sunfold", "copied design, on cloth"),
    )
    pillow = moved(cushion(front, 1, (0.20, 0.30, 0.34)), (-3, 4, 21), ("x", 74), ("z", 10))
    scene = (
        stages.wooden(26, stages.PINE, 200),
        stages.wall(21, (0.80, 0.77, 0.71), 26),
        *pillow,
        *moved(plant(17, (0.30, 0.32, 0.33)), (38, 4, 0)),
    )
    return Shot(
        Scene(
            scene, Camera((8, -105, 40), (6, 0, 19), 36, 0.6, 0.3, 1040, 860), stages.window(-1, 18)
        ),
        Photo(key=0.5, contrast=1.05),
    )


def scarf_check() -> Shot:
    """The check on a thrown wool cloth."""
    cloth = patterned(
        canvas(2, SCARF, (0.9, 0.9, 0.9)),
        mark("tamsin"),
        3,
        sign=shows("tamsin", "pattern on cloth, on folds"),
        turn=12,
    )
    return Shot(
        Scene(
            (stages.wooden(28, stages.GREY), *scarf(cloth, 4, 62)),
            Camera((0, -26, 80), (0, 0, 0), 42, 4, 0.1, 1000, 840),
            stages.overhead(),
        ),
        Photo(key=0.44, contrast=1.06, quality=82),
    )


def scarf_blue_check() -> Shot:
    """A check with the same bands in other colours, folded over a box."""
    cloth = patterned(
        canvas(3, SCARF, (0.9, 0.9, 0.9)),
        lookalike("tamsyn"),
        3,
        sign=imitates("tamsin", "recoloured pattern on cloth"),
        turn=-20,
    )
    return Shot(
        Scene(
            (stages.wooden(29, stages.PINE), *scarf(cloth, 9, 58)),
            Camera((4, -34, 70), (0, 0, 0), 44, -3, 0.1, 960, 860),
            stages.overhead(12),
        ),
        Photo(key=0.46, contrast=1.06, quality=82),
    )


def cloth_waves() -> Shot:
    """The wave pattern on a table cloth with deep folds, seen low."""
    cloth = patterned(
        canvas(5, SCARF, (0.9, 0.9, 0.9)),
        mark("seigaru"),
        4,
        sign=shows("seigaru", "pattern on cloth, on folds, perspective"),
    )
    cup = moved(books([(0.82, 0.79, 0.72), (0.55, 0.22, 0.18)], 6), (22, 24, 0))
    return Shot(
        Scene(
            (
                stages.wooden(30, stages.OAK),
                stages.wall(24, (0.82, 0.80, 0.76)),
                *scarf(cloth, 15, 64),
                *cup,
            ),
            Camera((6, -66, 42), (0, -4, 0), 40, 1.5, 0.15, 1000, 800),
            stages.window(-1, 16),
        ),
        Photo(key=0.46, contrast=1.06, quality=82),
    )


def clean_tote() -> Shot:
    """A cotton bag with a line drawing of meadow flowers."""
    raw: Colour = (0.88, 0.84, 0.74)
    front = applied(canvas(16, TOTE, raw), neutral.wildflowers(), (0.5, 0.55), 0.55)
    scene = (stages.wooden(33, stages.WALNUT), *moved(tote(front, 24, raw), (0, -6, 0), ("z", 5)))
    return Shot(
        Scene(scene, Camera((0, -18, 84), (0, 3, 0), 44, 1, 0.1, 840, 1040), stages.overhead()),
        Photo(key=0.45, contrast=1.06),
    )


def clean_cushion() -> Shot:
    """A dotted cushion."""
    front = patterned(
        canvas(17, CUSHION, (0.9, 0.9, 0.9)),
        neutral.dots("#e9e2d3", ("#c4694a", "#2f5d62", "#d9a441")),
        2,
    )
    pillow = moved(cushion(front, 6, (0.80, 0.74, 0.66)), (2, 4, 21), ("x", 75), ("z", -9))
    scene = (stages.wooden(34, stages.OAK, 200), stages.wall(26, (0.70, 0.74, 0.72), 27), *pillow)
    return Shot(
        Scene(
            scene, Camera((-8, -100, 42), (1, 0, 20), 34, -0.5, 0.3, 900, 900), stages.window(1, 18)
        ),
        Photo(key=0.49, contrast=1.05),
    )


SHOTS: Catalogue = {
    f.__name__.replace("_", "-"): f
    for f in (
        tote_harbour,
        tote_garden,
        cushion_sofa,
        scarf_check,
        scarf_blue_check,
        cloth_waves,
        clean_tote,
        clean_cushion,
    )
}
