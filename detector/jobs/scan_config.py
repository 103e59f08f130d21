"""What a scan asks of a detector, as text that any process can take; nothing is pickled."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Self

from detector.pipeline.detector import Detector
from detector.scoring.policy import Policy
from detector.scoring.scorer import default_scorer
from detector.settings import Settings, reading


@dataclass(frozen=True, slots=True)
class Order:
    """How every photo of one scan is examined.

    `generation` is the state of the index the scan began with: a worker that finds another one
    must not mix its answers in. `threshold` is a probability, 0..1; `words` says whether they are
    read.
    """

    index: Path
    generation: str
    threshold: float
    top: int
    seller: str
    policy: Policy
    words: bool

    @classmethod
    def of(cls, detector: Detector, index: Path) -> Self:
        """The order that makes others examine as `detector` does, opened from folder `index`."""
        return cls(
            index=index,
            generation=detector.index.generation,
            threshold=detector.threshold,
            top=detector.top,
            seller=detector.seller,
            policy=detector.policy,
            words=detector.reads_words,
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The order that `to_text` wrote."""
        told = json.loads(text)
        index, policy = Path(told.pop("index")), Policy(**told.pop("policy"))
        return cls(index=index, policy=policy, **told)

    def to_text(self) -> str:
        """The order as JSON, the same for the same order."""
        return json.dumps({**asdict(self), "index": str(self.index)}, sort_keys=True)

    def open(self) -> Detector:
        """A detector that works to this order. Raises `ReferenceIndexError`."""
        return Detector.open(
            self.index,
            settings=reading(self.words),
            policy=self.policy,
            threshold=self.threshold,
            seller=self.seller,
            top=self.top,
        )

    def options(self) -> dict[str, str]:
        """Everything but the photo that an answer depends on, by the name a user knows it by."""
        return {
            "index": self.generation,
            "threshold": repr(self.threshold),
            "top": str(self.top),
            "seller": self.seller,
            "policy": repr(self.policy),
            "words": str(self.words),
            "settings": hashlib.sha256(repr((Settings(), default_scorer())).encode()).hexdigest(),
            "version of detector": version("detector"),
        }
