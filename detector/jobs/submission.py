"""A photo with what goes online beside it, as text that any process can take."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from detector.words.folding import check_installed


@dataclass(frozen=True, slots=True)
class Offer:
    """A photo, its title and description; `seller` is whose it is, by default that of the scan.

    `classes` are the Nice classes of the goods. Raises `MissingExtra` for a text where the extra
    `words` is not installed: when the offer is made, rather than in the middle of a scan.
    """

    path: Path
    title: str = ""
    description: str = ""
    seller: str = ""
    classes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.title or self.description:
            check_installed()

    @property
    def beside(self) -> str:
        """All but the photo as one text; "" for a photo alone."""
        told = (self.title, self.description, self.seller, *self.classes)
        return json.dumps(told) if any(told) else ""

    def to_request(self, order: str) -> str:
        """The offer and the text of an `Order` as JSON."""
        return json.dumps({**asdict(self), "path": str(self.path), "order": order})

    @classmethod
    def from_request(cls, request: str) -> tuple[Self, str]:
        """The offer and the order that `to_request` wrote."""
        told = json.loads(request)
        path, order = Path(told.pop("path")), told.pop("order")
        classes = tuple(told.pop("classes", ()))
        return cls(path, **told, classes=classes), order
