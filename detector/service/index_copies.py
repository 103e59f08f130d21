"""Copies of the reference index on this host (stand-in: part C writes this module)."""

from __future__ import annotations

from pathlib import Path

from detector.service.service import Service


def index_at(service: Service, generation: str) -> Path:
    """Give the folder of this host with a generation; what is missing of it is downloaded."""
    del generation
    return service.settings.index
