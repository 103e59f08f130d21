"""Stand-in for part C's copies of the index on each host."""

from __future__ import annotations

from pathlib import Path

from detector.service.service import Service


def index_at(service: Service, generation: str) -> Path:
    """Stand-in: the folder of the settings."""
    assert generation
    return service.settings.index
