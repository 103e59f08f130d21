"""Sample photos from further away: a roll of paper, a desk, a parcel, a gift tin."""

from __future__ import annotations

from drawing import neutral, stages
from drawing.flatgoods import (
    NOTEBOOK,
    ROLL,
    TIN,
    books,
    notebook,
    orange,
    pencil,
    plant,
    roll,
    tin,
)
from drawing.lens import Photo
from drawing.noise import Colour
from drawing.packs import case
from drawing.scenes import Camera, Scene
from drawing.shots import Catalogue, Shot, imitates, lookalike, mark, shows
from drawing.surfaces import applied, flat, patterned
from drawing.vessels import drink, moved, mug


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
        0.17,
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


SHOTS: Catalogue = {
    f.__name__.replace("_", "-"): f
    for f in (
        tin_pets,
        tin_pets_mint,
        paper_ferns,
        desk_wide,
        parcel_wide,
    )
}
