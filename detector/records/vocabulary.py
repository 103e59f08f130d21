"""Literal types, enumerations and array types of records."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Status = Literal["ok", "partial", "refused", "error", "skipped"]
Kind = Literal["logo", "word", "design", "pattern", "ignore"]
Part = Literal["whole", "emblem", "word"]
Ground = Literal["none", "white", "contrast"]
Verdict = Literal["identical copy", "altered copy", "same word", "look-alike"]
Decision = Literal["pass", "review", "block"]
TextField = Literal["title", "description", "brand"]
Place = Literal["photo", "title", "description", "brand"]
ChannelName = Literal["embedding", "sift", "words", "shape", "orb", "regions", "hashes"]
CheckName = Literal["alignment", "difference", "context", "second_look"]

SCHEMA = 4
"""Version of the JSON that listings are written as."""

KINDS: tuple[Kind, ...] = ("logo", "word", "design", "pattern", "ignore")
STATUSES: tuple[Status, ...] = ("ok", "partial", "refused", "error", "skipped")

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]


class Alteration(StrEnum):
    """How a sign in a photo differs from the mark."""

    MIRRORED = "mirrored"
    EMBLEM_ONLY = "only the emblem"
    WORD_ONLY = "only the word"
    INVERTED = "light and dark turned"
    RECOLOURED = "recoloured"
    PARTLY_HIDDEN = "partly hidden or changed"
    PART_DIFFERS = "a part differs"
    ADDED = "something added"
    ROTATED = "rotated"
    PERSPECTIVE = "seen at an angle"
    OTHER_LETTERS = "other letters"
