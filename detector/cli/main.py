"""`detector`: the group of all commands, and what happens to errors on their way out.

Nothing heavy is imported here or at the top of a command's file, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from io import TextIOWrapper
from typing import Never

import click

from detector.cli.benchmark import benchmark
from detector.cli.check import check
from detector.cli.compare import compare
from detector.cli.demo import demo
from detector.cli.exit_status import BROKEN_PIPE, FAILED, INTERRUPTED, NOTHING
from detector.cli.explain import explain
from detector.cli.index import index
from detector.cli.keys import keys
from detector.cli.load_test import load_test
from detector.cli.logging_setup import FORMS, LEVELS, logging_to_stderr
from detector.cli.marks import marks
from detector.cli.prune import prune
from detector.cli.scan import scan
from detector.cli.serve import serve
from detector.cli.watch import watch
from detector.cli.work import work
from detector.errors import DetectorError, UsageError


class Commands(click.Group):
    """A group that ends with one line on stderr and an exit status, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Never:
        """Run the chosen command, which returns its exit status. Raises what click expects."""
        # Photos are done in parallel: threads of numpy in each process only wait for others.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        if isinstance(sys.stdout, TextIOWrapper):  # a file name must not end a scan
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            with _terminated_like_ctrl_c():
                _check_system()
                status = super().invoke(ctx)
                sys.stdout.flush()
        except DetectorError as error:
            status = _complain(str(error), FAILED)
        except BrokenPipeError:
            status = _close_stdout()
        except OSError as error:
            # What a command writes into files says itself which one it was.
            name = error.filename or ("standard output" if error.errno == ENOSPC else "")
            place = f"{name}: " if name else ""
            status = _complain(f"{place}{error.strerror or error}", FAILED)
        except KeyboardInterrupt:
            status = _complain("interrupted", INTERRUPTED)
        ctx.exit(status or NOTHING)


@contextmanager
def _terminated_like_ctrl_c() -> Iterator[None]:
    """Let SIGTERM end a command in the way Ctrl-C does, and restore what it did before."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _check_system() -> None:
    """Raise `UsageError` where this cannot run."""
    if sys.platform == "win32":
        raise UsageError(
            "Windows is not supported: indexes are locked and workers end in the ways of POSIX",
            remedy="Use the Windows Subsystem for Linux (wsl --install), or a container.",
        )


def _complain(words: str, status: int) -> int:
    """Print one line on stderr, whatever is in a path or a message."""
    from detector.report.tables import printable

    click.echo(f"error: {printable(' '.join(words.split()))}", err=True)
    return status


def _close_stdout() -> int:
    """Let nothing complain later about what cannot be written any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


# They run for weeks, and whatever keeps them from inspecting is told nowhere else.
_UNATTENDED = ("serve", "work", "watch")

# Not a docstring: click wants the character \b before lines that it must not fill.
HELP = """Find copied logos and designs in product photos, offline.

Import the marks to protect, then scan photos:

\b
  detector marks import marks/ --index my-index
  detector scan photos/ --index my-index --report report/
"""


@click.group(
    cls=Commands,
    help=HELP,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 nothing that counts, 1 findings, 2 an error or something not examined, "
    "130 interrupted.",
)
@click.version_option(package_name="detector")
@click.option(
    "--log-level",
    "level",
    type=click.Choice(LEVELS),
    help="Log to standard error from this level on. [default: nothing; warning for serve, work "
    "and watch]",
)
@click.option(
    "--log-format",
    "form",
    type=click.Choice(FORMS),
    default="text",
    show_default=True,
    help="json is one object a line.",
)
@click.pass_context
def main(ctx: click.Context, level: str | None, form: str) -> None:
    """Set up what all commands share."""
    if ctx.invoked_subcommand in _UNATTENDED:
        level = level or "warning"
    if level:
        ctx.with_resource(logging_to_stderr(level, form))


for command in (
    marks,
    scan,
    check,
    compare,
    explain,
    demo,
    index,
    benchmark,
    serve,
    keys,
    work,
    watch,
    prune,
    load_test,
):
    main.add_command(command)
