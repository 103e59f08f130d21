"""Photos of marks under attack: the same bytes for the same arguments, in every process."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from detector.evaluation.robustness.attacks import Attack
from detector.evaluation.robustness.scene import Scene, Shot, scene_of
from detector.records import Pixels, View


def render(view: View, attack: Attack, rung: int, seed: int) -> Pixels:
    """The photo (512, 512, 3) of a view's mark on rung number `rung` of an attack."""
    return shot_of(view, attack, rung, seed).pixels


def shot_of(view: View, attack: Attack, rung: int, seed: int) -> Shot:
    """The same photo and the box of the mark in it.

    The product and the place are drawn by the seed and the mark alone, and the attack's own
    numbers by its name too, but neither by the rung: so rungs differ by one thing only.
    """
    return attacked(unharmed(view, seed), view.mark, attack, rung, seed)


def unharmed(view: View, seed: int) -> Scene:
    """The scene that every attack on this view's mark starts from."""
    return scene_of(view, np.random.default_rng([seed, crc32(view.mark.encode())]))


def attacked(scene: Scene, mark: str, attack: Attack, rung: int, seed: int) -> Shot:
    """The shot of an unharmed scene of `mark` on rung number `rung` of an attack."""
    names = (crc32(name.encode()) for name in (mark, attack.name))
    return attack.shoot(scene, attack.rungs[rung], np.random.default_rng([seed, *names]))
