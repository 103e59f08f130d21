"""What the measurements of a benchmark depend on besides the photos."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from detector.jobs.run_identity import run_identity
from detector.jobs.scan_config import ScanConfig

PACKAGES = (
    *("numpy", "scipy", "opencv-python-headless", "pillow", "onnxruntime", "resvg-py"),
    *("imagehash", "pdqhash", "rapidocr", "wordfreq"),
)
"""Packages that compute what is measured: with another version a figure may be another."""


def measuring_identity(config: ScanConfig) -> dict[str, str]:
    """Give everything but the photo that a measurement depends on, by the name a user knows."""
    return {**run_identity(config), "versions of packages": _versions()}


@lru_cache(maxsize=1)
def _versions() -> str:
    return ", ".join(f"{package} {_version(package)}" for package in PACKAGES)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
