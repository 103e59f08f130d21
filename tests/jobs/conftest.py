"""An index of two drawn marks, and photos of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.marks.registry import load_marks
from detector.pipeline.import_marks import import_marks
from tests import scenes


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `index`, the mark pictures `vornak.png` and `ring.png`, and `photos`."""
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "photos").mkdir()
    for number, (name, sign) in enumerate((("vornak", scenes.emblem()), ("ring", scenes.ring()))):
        Image.fromarray(sign).save(folder / f"{name}.png")
        photo = scenes.laid(scenes.ground(number), sign, scenes.pose(90, 70, 0.8))
        Image.fromarray(photo).save(folder / "photos" / f"{number}.png")
    ground = scenes.ground(7)
    Image.fromarray(np.hstack([ground, ground[:, :100]])).save(folder / "photos" / "wide.png")
    import_marks(folder / "index", load_marks([folder / "vornak.png", folder / "ring.png"]))
    return folder
