"""Photos of marks under attack: the same bytes for the same arguments, in every process."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from detector.evaluation.robustness.attacks import Attack
from detector.evaluation.robustness.scene import RenderedPhoto, Scene, scene_of
from detector.records import View


def unharmed(view: View, seed: int) -> Scene:
    """Return the scene before any attack; it depends on the seed and the mark alone."""
    return scene_of(view, np.random.default_rng([seed, crc32(view.mark.encode())]))


def attacked(scene: Scene, mark: str, attack: Attack, level: int, seed: int) -> RenderedPhoto:
    """Render a scene of `mark` under an attack at its severity number `level`.

    The attack's random numbers depend on the seed, the mark and the attack's name, but not on the
    severity: photos of one attack differ in that alone.
    """
    names = (crc32(name.encode()) for name in (mark, attack.name))
    return attack.render(scene, attack.severities[level], np.random.default_rng([seed, *names]))
