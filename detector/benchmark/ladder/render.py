"""Photos of marks under attack: the same bytes for the same arguments, in every process."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from detector.benchmark.ladder.attacks import Attack
from detector.benchmark.ladder.scene import Shot, scene_of
from detector.records import Pixels, View


def render(view: View, attack: Attack, rung: int, seed: int) -> Pixels:
    """The photo (512, 512, 3) of a view's mark on rung number `rung` of an attack."""
    return shot_of(view, attack, rung, seed).pixels


def shot_of(view: View, attack: Attack, rung: int, seed: int) -> Shot:
    """The same photo and the box of the mark in it.

    The product and the place are drawn by the seed and the mark alone, and the attack's own
    numbers by its name too, but neither by the rung: so rungs differ by one thing only.
    """
    mark = crc32(view.mark.encode())
    scene = scene_of(view, np.random.default_rng([seed, mark]))
    random = np.random.default_rng([seed, mark, crc32(attack.name.encode())])
    return attack.shoot(scene, attack.rungs[rung], random)
