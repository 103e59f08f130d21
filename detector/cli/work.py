"""`detector work`: a worker that inspects what the service has accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from detector.cli.exit_status import NOTHING
from detector.cli.service_options import service_jobs_option, stop_on_signals, worker_options

if TYPE_CHECKING:
    from detector.service.settings import ServiceSettings


@click.command()
@worker_options
@service_jobs_option(least=1)
def work(*, settings: ServiceSettings, jobs: int) -> int:
    """Inspect uploads that wait in the database, until Ctrl-C or SIGTERM.

    Any number of workers may share a database, on any number of hosts if it is PostgreSQL and the
    picture store is one that all of them reach. What is under way at the end is finished, or given
    back to others.
    """
    from detector.service.service import Service
    from detector.service.worker import Worker

    with Service.open(settings) as service, stop_on_signals() as stop:
        click.echo(f"Working with {jobs} processes; Ctrl-C ends.", err=True)
        Worker(service, jobs).run(stop)
    return NOTHING
