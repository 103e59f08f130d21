"""`detector watch`: pictures that appear in a folder are inspected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.exit_status import NOTHING
from detector.cli.options import FILE
from detector.cli.service_options import (
    extra_needed,
    service_jobs_option,
    stop_on_signals,
    worker_options,
)

if TYPE_CHECKING:
    from detector.service.settings import ServiceSettings


@click.command()
@click.argument("watched", type=FILE, metavar="FOLDER")
@worker_options
@service_jobs_option(least=0, default=1)
def watch(*, watched: Path, settings: ServiceSettings, jobs: int) -> int:
    """Inspect the pictures of a FOLDER, and those that appear in it, until Ctrl-C or SIGTERM.

    Each is inspected once by its content and name, also over restarts. A line of JSON on standard
    output says what was decided. Files are left alone until they have not changed for a second.
    """
    with extra_needed():
        from detector.service.background_tasks import worker_beside
        from detector.service.log import service_logging
        from detector.service.service import Service
        from detector.service.watch import FolderWatch

    def tell(result: dict[str, Any]) -> None:
        click.echo(json.dumps(result))

    with Service.open(settings) as service, stop_on_signals() as stop, service_logging():
        watching = FolderWatch(service, watched)
        click.echo(f"Watching with {jobs} processes; Ctrl-C ends.", err=True)
        with worker_beside(service, jobs):
            watching.run(stop, tell)
    return NOTHING
