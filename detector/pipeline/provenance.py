"""Provenance: the versions that a listing was made with."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version

from detector.channels import embedding_model, ocr
from detector.records import Provenance
from detector.scoring.policy import Policy
from detector.scoring.scorer import Scorer
from detector.verification import second_look


def provenance_of(generation: str, scorer: Scorer, policy: Policy, *, words: bool) -> Provenance:
    """The versions of everything but the photo that a listing depends on, and the time.

    `generation` is that of the index; `words` says whether they are read in photos.
    """
    return Provenance(
        detector=_version(),
        index=generation,
        model=model_digest(words=words),
        scorer=scorer_digest(scorer),
        policy=digest(policy),
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )


@lru_cache(maxsize=1)
def _version() -> str:
    return version("detector")  # reads a file


@lru_cache(maxsize=2)
def model_digest(*, words: bool) -> str:
    """16 hex digits that identify the networks in use."""
    return digest(
        (
            embedding_model.SHA256,
            sorted(second_look.SHA256.items()),
            sorted(ocr.MODELS.items()) if words else (),
        )
    )


@lru_cache(maxsize=4)
def scorer_digest(scorer: Scorer) -> str:
    """16 hex digits that identify a scorer by its numbers."""
    weights = dict(zip(scorer.names, scorer.weights.tolist(), strict=True))
    trees = scorer.trees.to_lists() if scorer.trees else None
    return digest(
        (
            sorted(weights.items()),
            scorer.intercept,
            scorer.threshold,
            scorer.inputs,
            trees,
            scorer.alone,
        )
    )


def digest(value: object) -> str:
    """16 hex digits of the SHA-256 of a value's `repr`."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
