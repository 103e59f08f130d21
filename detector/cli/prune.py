"""`detector prune`: delete old pictures of uploads, once and now."""

from __future__ import annotations

import click

from detector.cli.exit_status import NOTHING
from detector.cli.service_options import (
    database_option,
    extra_needed,
    pictures_option,
    service_settings,
)


@click.command()
@database_option
@pictures_option
@click.option(
    "--retention-days",
    envvar="DETECTOR_RETENTION_DAYS",
    required=True,
    show_envvar=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Delete pictures of uploads that are older.",
)
@click.option("--dry-run", is_flag=True, help="Only tell how many that are.")
def prune(*, database: str, pictures: str, retention_days: int, dry_run: bool) -> int:
    """Delete pictures of old uploads that no younger upload, mark or open finding needs.

    Inspections and findings stay. A worker with the same --retention-days does this by itself once
    an hour.
    """
    settings = service_settings(
        words=None,
        database=database,
        pictures=pictures,
        retention_days=retention_days,
    )
    with extra_needed():
        from detector.service.retention import count_old, prune
        from detector.service.service import Service

    with Service.open(settings) as service:
        count = count_old(service) if dry_run else prune(service)
    click.echo(f"{count} pictures {'would be ' if dry_run else ''}deleted.")
    return NOTHING
