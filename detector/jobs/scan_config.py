"""How a detector examines photos, as text that any process can take; nothing is pickled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any, Self, get_args, get_origin, get_type_hints

import numpy as np

from detector.channels.registry import CHANNELS
from detector.errors import IndexReplaced, UsageError
from detector.pipeline.detector import Detector
from detector.scoring.policy import Policy
from detector.scoring.scorer import Scorer
from detector.scoring.trees import Trees
from detector.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class ScanConfig:
    """Everything that makes two detectors answer alike, besides the submission.

    `index` is the folder of the reference index and `generation` its state when the scan began.
    `threshold` is the least probability of a finding, 0..1; `top` the most findings in a photo;
    `seller` whose photos these are where a submission does not say.
    """

    index: Path
    generation: str
    settings: Settings
    scorer: Scorer
    policy: Policy
    threshold: float
    top: int = 10
    seller: str = ""

    @classmethod
    def of(cls, detector: Detector, index: Path) -> Self:
        """Give the configuration of a detector whose index lies in the folder `index`.

        Raises `UsageError` for a detector with channels of its own: they are no text.
        """
        if set(detector.channel_specs) != set(CHANNELS):
            raise UsageError(
                "a scan in several processes has the channels of this package alone",
                remedy="Call Detector.inspect for each photo.",
            )
        return cls(
            index=index,
            generation=detector.index.generation,
            settings=detector.settings,
            scorer=detector.scorer,
            policy=detector.policy,
            threshold=detector.threshold,
            top=detector.top,
            seller=detector.seller,
        )

    @property
    def words(self) -> bool:
        """Whether words are read in photos."""
        return bool(self.settings.words.read)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote."""
        values = json.loads(text)
        return cls(
            index=Path(values.pop("index")),
            settings=_like(Settings, values.pop("settings")),
            scorer=_scorer_from(values.pop("scorer")),
            policy=_like(Policy, values.pop("policy")),
            **values,
        )

    def to_text(self) -> str:
        """Write the configuration as JSON, the same for the same configuration."""
        values = {
            "index": str(self.index),
            "generation": self.generation,
            "settings": asdict(self.settings),
            "scorer": _scorer_to_json(self.scorer),
            "policy": asdict(self.policy),
            "threshold": self.threshold,
            "top": self.top,
            "seller": self.seller,
        }
        return json.dumps(values, sort_keys=True)

    def open(self) -> Detector:
        """Open a detector that examines as this configuration says.

        Raises `IndexReplaced` when the index is no longer in the state it had when the scan began,
        another `ReferenceIndexError` when it cannot be used.
        """
        detector = Detector.open(
            self.index,
            settings=self.settings,
            scorer=self.scorer,
            policy=self.policy,
            threshold=self.threshold,
            top=self.top,
            seller=self.seller,
        )
        if detector.index.generation != self.generation:
            raise IndexReplaced(place=str(self.index))
        return detector


def _scorer_to_json(scorer: Scorer) -> dict[str, Any]:
    """Give a scorer as JSON knows it; numbers keep all their digits."""
    return {
        "names": list(scorer.names),
        "weights": scorer.weights.tolist(),
        "intercept": scorer.intercept,
        "threshold": scorer.threshold,
        "inputs": list(scorer.inputs),
        "trees": scorer.trees.to_lists() if scorer.trees else None,
        "alone": scorer.alone,
    }


def _scorer_from(values: dict[str, Any]) -> Scorer:
    weights = np.array(values["weights"], np.float64)
    trees = Trees.of(values["trees"]) if values["trees"] else None
    names, inputs = tuple(values["names"]), tuple(values["inputs"])
    ends = values["intercept"], values["threshold"]
    return Scorer(names, weights, *ends, inputs, trees, values["alone"])


def _like(kind: Any, value: Any) -> Any:
    """Give a value from JSON as the type that a dataclass declares for it."""
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{name: _like(hints[name], part) for name, part in value.items()})
    if get_origin(kind) is Mapping:
        return {name: _like(get_args(kind)[1], part) for name, part in value.items()}
    if get_origin(kind) is tuple and is_dataclass(get_args(kind)[0]):
        return tuple(_like(get_args(kind)[0], part) for part in value)
    return _tuples(value)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
