"""Texts of requests: what every database can keep, and ids that an index of it can hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

MOST_ID = 255
"""Characters of an id: PostgreSQL indexes no more than 2,700 bytes."""


def storable(text: str) -> str:
    """Return the text. Raises `ValueError` for characters that no database keeps."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("has a character that cannot be kept (NUL, or half of a pair)")
    return text


Text = Annotated[str, AfterValidator(storable)]
"""A text of any length."""

Id = Annotated[str, StringConstraints(max_length=MOST_ID), AfterValidator(storable)]
"""The id of something, also of a party; empty where there is none."""
