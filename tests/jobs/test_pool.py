"""A pool of processes ends at once, whatever its processes are at."""

from __future__ import annotations

from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from detector.jobs.pool import WorkerPool
from detector.jobs.submission import to_request
from detector.records import Submission

from .shop import CONFIG
from .standin import examine


def test_a_process_that_is_just_starting_does_not_keep_a_pool_from_ending(tmp_path: Path) -> None:
    """It would hang for as long as a photo may take, and the future say that it did."""
    request = to_request(Submission(tmp_path / "hang.jpg"), CONFIG.to_text())
    with WorkerPool(examine, 2, seconds=20) as pool:
        futures = [pool.submit(request, CONFIG) for _ in range(4)]
    for future in futures:
        with pytest.raises((ChildProcessError, CancelledError)):
            future.result(0)
