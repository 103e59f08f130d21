"""Sample photos of table products without any mark."""

from __future__ import annotations

import numpy as np

from drawing import neutral, stages
from drawing.flatgoods import (
    NOTEBOOK,
    PHONE,
    notebook,
    orange,
    pencil,
    phone_case,
)
from drawing.lens import Photo
from drawing.noise import Colour, marble
from drawing.packs import case
from drawing.scenes import Camera, Scene
from drawing.shots import WHITE, Catalogue, Shot
from drawing.surfaces import applied, flat, patterned, surface
from drawing.vessels import BOTTLE, MUG, bottle, drink, moved, mug


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
        clean_mug,
        clean_bottle,
        clean_parcel,
        clean_notebook,
        clean_phone,
    )
}
