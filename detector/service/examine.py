"""What a worker's child process runs (stand-in: part D writes this module)."""

from __future__ import annotations

from detector.jobs.runner import examine_photo


def examine_upload(request: str) -> list[bytes]:
    """Read and examine a photo: its listing as a line of JSON, and its packed features."""
    return [*examine_photo(request), b""]
