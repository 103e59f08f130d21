"""What the answers of a run depend on besides the photos: runs that differ in it are never mixed.

A resumed scan, benchmark or ladder goes on only where all of it is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from detector.channels import embedding_model, ocr
from detector.errors import UsageError
from detector.jobs.scan_config import ScanConfig
from detector.pipeline.provenance import digest, scorer_digest
from detector.records import SCHEMA
from detector.verification import second_look

_ANSWERING = (".py", ".npz")  # files of the package that answers depend on, and no digest names


def run_identity(config: ScanConfig) -> dict[str, str]:
    """Give everything but the photo that an answer depends on, by the name a user knows it by."""
    return {
        "index": config.generation,
        "threshold": repr(config.threshold),
        "top": str(config.top),
        "seller": config.seller,
        "policy": json.dumps(asdict(config.policy)),
        "words": str(config.words),
        "settings": digest(json.dumps(asdict(config.settings), sort_keys=True)),
        "scorer": scorer_digest(config.scorer),
        "embedding model": embedding_model.SHA256,
        "second look": digest(sorted(second_look.SHA256.items())),
        "word model": digest(sorted(ocr.MODELS.items())) if config.words else "none",
        "JSON schema": str(SCHEMA),
        "version of detector": version("detector"),
        "code of detector": code_digest(),
    }


def check_same(begun: Mapping[str, str], now: Mapping[str, str], *, place: str, run: str) -> None:
    """Raise `UsageError` that names all in which two runs differ.

    `begun` is the identity in the file `place`; `run` is what began it: a scan, a benchmark.
    """
    names = [name for name in {**begun, **now} if begun.get(name) != now.get(name)]
    if names:
        raise UsageError(
            f"this {run} was begun with another {', '.join(names)}",
            place=place,
            remedy="Give the options it was begun with, or name a new file.",
        )


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Digest the package's sources and measured data: they change more often than its version."""
    package = Path(__file__).resolve().parents[1]
    code = hashlib.sha256()
    for path in sorted(file for file in package.rglob("*") if file.suffix in _ANSWERING):
        code.update(f"{path.relative_to(package).as_posix()}\0".encode())
        code.update(hashlib.sha256(path.read_bytes()).digest())
    return code.hexdigest()[:16]
