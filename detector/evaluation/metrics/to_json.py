"""Figures as JSON knows them."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def to_json(figures: DataclassInstance) -> dict[str, Plain]:
    """Convert a dataclass of figures: arrays become lists, NaN and infinities None.

    Raises TypeError for a value that has no place in JSON.
    """
    names = [field.name for field in dataclasses.fields(figures)]
    return {name: _plain(getattr(figures, name)) for name in names}


def _plain(value: object) -> Plain:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {**to_json(value)}
    raise TypeError(f"{type(value).__name__} has no place in JSON")
