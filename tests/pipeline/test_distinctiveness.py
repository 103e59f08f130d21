"""A letter is as common as a sign can be; a drawing in detail is not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from detector import import_marks, load_marks
from detector.index.store import ReferenceIndex
from detector.pipeline.distinctiveness import distinctiveness
from detector.settings import settings_for_words
from tests import scenes


def letter(text):
    picture = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(picture).text((60, 0), text, "black", ImageFont.load_default(260))
    return picture


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    home = tmp_path_factory.mktemp("distinct")
    letter("K").save(home / "a-letter.png")
    Image.fromarray(scenes.emblem()).save(home / "shield.png")
    import_marks(home / "index", load_marks([home]), settings_for_words(False))
    with ReferenceIndex.open(home / "index") as index:
        yield distinctiveness(index)


def test_a_letter_is_common_and_a_rich_emblem_is_not(found):
    assert found.is_common(0)
    assert not found.is_common(1)
    assert found.cosines[0] > found.cosines[1]


def test_every_mark_has_both_figures(found):
    assert np.isfinite(found.cosines).all()
    assert np.isfinite(found.sigmas).all()
