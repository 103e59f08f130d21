"""`detector work`: a worker that inspects what the service has accepted."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from detector.cli.exit_status import NOTHING
from detector.cli.service_options import (
    extra_needed,
    service_jobs_option,
    stop_on_signals,
    worker_options,
)

if TYPE_CHECKING:
    from detector.service.settings import ServiceSettings


@click.command()
@worker_options
@service_jobs_option(least=1)
@click.option(
    "--metrics-port",
    envvar="DETECTOR_METRICS_PORT",
    show_envvar=True,
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Serve metrics for Prometheus on this port.",
)
@click.option(
    "--metrics-host",
    envvar="DETECTOR_METRICS_HOST",
    default="127.0.0.1",
    show_default=True,
    show_envvar=True,
    metavar="ADDRESS",
    help="Where to serve them; on another address than a loopback one they need a key.",
)
def work(
    *, settings: ServiceSettings, jobs: int, metrics_port: int | None, metrics_host: str
) -> int:
    """Inspect uploads that wait in the database, until Ctrl-C or SIGTERM.

    Any number of workers may share a database, on any number of hosts if it is PostgreSQL and the
    picture store is one that all of them reach. What is under way at the end is finished, or given
    back to others.
    """
    with extra_needed():
        from detector.service.api.metrics import serving_metrics
        from detector.service.background_tasks import background_tasks
        from detector.service.log import service_logging
        from detector.service.service import Service
        from detector.service.worker import Worker

    with ExitStack() as stack:
        service = stack.enter_context(Service.open(settings))
        stop = stack.enter_context(stop_on_signals())
        stack.enter_context(service_logging())
        if metrics_port is not None:
            stack.enter_context(serving_metrics(service, metrics_host, metrics_port))
        stack.enter_context(background_tasks(service))
        click.echo(f"Working with {jobs} processes; Ctrl-C ends.", err=True)
        Worker(service, jobs).run(stop)
    return NOTHING
