"""Sample photos of boxes."""

from __future__ import annotations

from drawing import neutral, stages
from drawing.flatgoods import books, orange
from drawing.lens import Photo
from drawing.packs import case
from drawing.scenes import Camera, Scene
from drawing.shots import Catalogue, Shot, imitates, lookalike, mark, shows
from drawing.surfaces import applied, flat
from drawing.vessels import (
    drink,
    moved,
    mug,
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
        (
            *mug(flat(60, 20, (0.25, 0.35, 0.42), 0.15), (0.25, 0.35, 0.42)),
            drink(8.4, (0.11, 0.055, 0.03)),
        ),
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


SHOTS: Catalogue = {
    f.__name__.replace("_", "-"): f
    for f in (
        box_dairy,
        box_dairy_red,
        box_charger,
    )
}
