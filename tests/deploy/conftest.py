"""The fixtures of the service: what is deployed is tested on it."""

from __future__ import annotations

from tests.service.conftest import (
    database_url,
    marks_folder,
    postgres,
    running_s3,
    s3_server,
    service,
    small_index,
)

__all__ = [
    "database_url",
    "marks_folder",
    "postgres",
    "running_s3",
    "s3_server",
    "service",
    "small_index",
]
