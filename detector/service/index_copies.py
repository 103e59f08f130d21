"""Copies of the reference index on a host (a stand-in for the merge)."""

from __future__ import annotations

from pathlib import Path

from detector.service.service import Service


def index_at(service: Service, generation: str) -> Path:  # noqa: ARG001
    """Give the folder of this host with a generation."""
    return service.settings.index
