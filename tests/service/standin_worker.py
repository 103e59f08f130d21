"""A worker process with the stand-in: `python -m <this module> DATABASE PICTURES INDEX`.

It prints a line as soon as it is at work. Leases are short, so that the dead are soon replaced.
"""

from __future__ import annotations

import sys
from pathlib import Path

from detector.cli.service_options import stop_on_signals
from detector.service.service import Service
from detector.service.settings import QueueSettings, ServiceSettings
from detector.service.worker import Worker
from tests.service.standin import examine

SETTINGS = QueueSettings(lease_seconds=3, attempts=50, backoff_seconds=0.1, idle_seconds=0.1)


def main() -> None:
    database, pictures, index = sys.argv[1:]
    settings = ServiceSettings(database, pictures, Path(index), queue=SETTINGS)
    with Service.open(settings) as service, stop_on_signals() as stop:
        sys.stdout.write("at work\n")
        sys.stdout.flush()
        Worker(service, 1, examine=examine).run(stop)


if __name__ == "__main__":
    main()
