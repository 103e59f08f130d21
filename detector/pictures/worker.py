"""A function in a child process of its own, which may hang or crash without harm.

Decoders are C code and the files are untrusted. The worker reads one file after another;
one that takes too long or brings the process down costs a new process, and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from importlib import import_module
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import IO, Self, cast

import numpy as np

from detector.pictures.fetch import host_of
from detector.pictures.read_submission import read_submission
from detector.pictures.worker_log import Forwarder, RecordsToStderr
from detector.records import Picture, Pixels, Reading, Submission
from detector.settings import ReaderSettings

Part = bytes | Pixels

_DEFAULT = ReaderSettings()
_PIPE_BYTES = 1 << 20  # a photo in one go instead of sixteen switches between processes
_END_SECONDS = 5.0
_MAX_PARTS, _MAX_BYTES = 1000, 1 << 32  # of an answer: a hostile child may claim any number
_READY = b"\1"
# glibc would return the memory of every array of some MB, and map and clear it anew for the next.
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(1 << 25), "MALLOC_TRIM_THRESHOLD_": str(1 << 27)}
_CHILD_CODE = "from detector.pictures.worker import serve; serve()"

_LOG = logging.getLogger(__name__)


class WorkerCrash(ChildProcessError):
    """The process ended before it answered.

    `status` is that of `subprocess.Popen.returncode`: below 0 the signal that ended it, 1 where
    the function raised an exception.
    """

    def __init__(self, status: int) -> None:
        reason = f"signal {-status}" if status < 0 else f"exit status {status}"
        super().__init__(f"the process ended without an answer ({reason})")
        self.status = status


class KillableWorker:
    """Runs a function `text -> parts` in a child process, which is killed when it is late.

    The function must be importable by module and name. Lifetime: the process, from entering the
    context (or the first call) to leaving it; one call at a time. Nothing is pickled: a call is
    text and an answer plain bytes, so that a child taken over by a hostile file cannot make the
    parent run anything. What the child logs and prints goes to the parent's logging.
    """

    def __init__(self, function: Callable[[str], Sequence[Part]]) -> None:
        self._name = f"{function.__module__}:{function.__qualname__}"
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        self._child = self._child or _Child(self._name)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Kill the process, which keeps nothing; a later call starts a new one."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def call(self, argument: str, seconds: float) -> list[Pixels]:
        """Return the parts of the function's answer, each as a (bytes,) uint8 array.

        The time to start a process does not count. Raises TimeoutError when the answer is not
        there after `seconds`, `WorkerCrash` when the process ended first (a crash, or an exception
        in the function), ChildProcessError when it does not start. After each of them the next
        call has a new process.
        """
        child, late = self._idle_child(), threading.Event()

        def stop() -> None:
            late.set()
            child.process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            return child.ask(argument)
        except (EOFError, OSError) as error:
            child.wait_for_end()
            self.close()
            raise child.failure(seconds, late=late.is_set()) from error
        except BaseException:  # the pipes hold half an answer
            self.close()
            raise
        finally:
            timer.cancel()
            timer.join()  # ends at once: it was cancelled or has fired

    def _idle_child(self) -> _Child:
        """Return a process that waits for work; one that died while idle is replaced."""
        for _ in range(2):
            self._child = self._child or _Child(self._name)
            if self._child.is_ready():
                return self._child
            self.close()
        raise ChildProcessError("the process does not start")


class _Child:
    """A process that serves calls. Lifetime: the process and its pipes, until `end`."""

    def __init__(self, name: str) -> None:
        self.process = _spawn(name)
        # Only the forwarder may close it: it may be reading.
        pipe, self.process.stderr = cast(BufferedReader, self.process.stderr), None
        self._forwarder = Forwarder(pipe, self.process.pid)
        _LOG.info("worker started", extra={"worker": self.process.pid})

    def is_ready(self) -> bool:
        """Wait until the process waits for work; False where it has ended."""
        ready = cast(BufferedReader, self.process.stdout).read(1) == _READY
        return ready and self.process.poll() is None

    def ask(self, argument: str) -> list[Pixels]:
        """Send a call and receive its answer. Raises EOFError or OSError when the process ends."""
        self._forwarder.begin_call()
        _send(cast(BufferedWriter, self.process.stdin), [argument.encode()])
        return _receive(cast(BufferedReader, self.process.stdout))

    def wait_for_end(self) -> None:
        """Give a process that has closed its pipes time to end by itself: its status says how."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_END_SECONDS)

    def end(self) -> None:
        """Kill the process and wait for its end."""
        with suppress(OSError), self.process:  # leaving closes its pipes and waits
            self.process.kill()
        self._forwarder.finish()
        _LOG.debug("worker ended", extra={"worker": self.process.pid})

    def failure(self, seconds: float, *, late: bool) -> OSError:
        """Log why an ended process has not answered, and return the error for it."""
        worker = {"worker": self.process.pid}
        if late:
            _LOG.warning("worker killed after a time-out", extra={**worker, "seconds": seconds})
            return TimeoutError(f"no answer within {seconds:g} s")
        crash = WorkerCrash(self.process.returncode)
        _LOG.warning("worker crashed", extra={**worker, "status": crash.status})
        return crash


class ReadWorker:
    """`read_picture` in a child process, also for addresses of allowed hosts.

    Lifetime: the process, as of `KillableWorker`.
    """

    def __init__(self, settings: ReaderSettings = _DEFAULT) -> None:
        self._settings = settings
        self._worker = KillableWorker(read_parts)

    def __enter__(self) -> Self:
        self._worker.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()

    def read(self, path: str | os.PathLike[str]) -> Reading:
        """Read one file as `read_picture` does, and survive what it does to the decoder.

        A file that takes longer than `settings.max_seconds` or crashes the process is an `error`.
        """
        name, seconds = os.fspath(path), self._settings.max_seconds
        request = json.dumps({"path": name, "settings": asdict(self._settings)})
        try:
            return _reading_from(self._worker.call(request, seconds))
        except TimeoutError:
            message = f"took longer than {seconds:g} s. Export the picture again."
        except ChildProcessError:
            message = "crashed the decoder. Export the picture again."
        return Reading(name, "error", message)


def read_parts(request: str) -> list[Part]:
    """Read the file that a JSON request names: a JSON header, then the pixels of each picture."""
    arguments = json.loads(request)
    settings, name = ReaderSettings(**arguments["settings"]), arguments["path"]
    photo = name if host_of(name) else Path(name)
    reading = replace(read_submission(Submission(photo), settings), path=name)
    names = ("path", "status", "message", "width", "height", "digest")
    header = {name: getattr(reading, name) for name in names}
    pictures = [(p.pixels.shape, p.frame, p.ground) for p in reading.pictures]
    text = json.dumps({"reading": header, "pictures": pictures})
    return [text.encode(), *(picture.pixels for picture in reading.pictures)]


def serve() -> None:
    """Answer calls of the function named in `sys.argv[1]` until the pipe closes: the child."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a decoder prints must not end up among the answers
    logging.getLogger("detector").addHandler(RecordsToStderr())
    logging.getLogger("detector").setLevel(int(sys.argv[2]))
    module, _, name = sys.argv[1].partition(":")
    function = getattr(import_module(module), name)
    with suppress(EOFError):
        while True:
            answers.write(_READY)
            answers.flush()
            (argument,) = _receive(requests)
            _send(answers, function(argument.tobytes().decode()))


def _spawn(name: str) -> subprocess.Popen[bytes]:
    """Start a child that imports what this process can, and not what lies in the current folder.

    A session of its own keeps the terminal's Ctrl-C from it: the parent decides when it ends.
    """
    level = logging.getLogger("detector").getEffectiveLevel()
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", _CHILD_CODE, name, str(level)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**_MALLOC, **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,
    )
    _enlarge_pipes(child.stdin, child.stdout)
    return child


def _enlarge_pipes(*pipes: IO[bytes] | None) -> None:
    """Enlarge pipes where the system allows it: Linux limits the total of a user."""
    if sys.platform != "linux":
        return
    import fcntl

    for pipe in filter(None, pipes):
        with suppress(OSError):  # a small pipe serves too, with more switches between processes
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _reading_from(parts: list[Pixels]) -> Reading:
    """Inverse of `read_parts`."""
    header = json.loads(parts[0].tobytes())
    pictures = tuple(
        Picture(pixels.reshape(shape), frame, ground)
        for pixels, (shape, frame, ground) in zip(parts[1:], header["pictures"], strict=True)
    )
    return Reading(**header["reading"], pictures=pictures)


def _send(pipe: BufferedWriter, parts: Sequence[Part]) -> None:
    """Write the number of parts and their sizes as 64-bit integers, then the parts."""
    views = [np.frombuffer(part, np.uint8).data for part in parts]
    pipe.write(struct.pack(f"<{len(views) + 1}Q", len(views), *(view.nbytes for view in views)))
    for view in views:
        pipe.write(view)
    pipe.flush()


def _receive(pipe: BufferedReader) -> list[Pixels]:
    """Read what `_send` wrote. Raises EOFError when the other end has gone, or writes nonsense."""
    (count,) = struct.unpack("<Q", _read_exactly(pipe, 8).data)
    if count > _MAX_PARTS:
        raise EOFError("more parts than any answer has")
    sizes = struct.unpack(f"<{count}Q", _read_exactly(pipe, 8 * count).data)
    if sum(sizes) > _MAX_BYTES:
        raise EOFError("larger than any answer is")
    return [_read_exactly(pipe, size) for size in sizes]


def _read_exactly(pipe: BufferedReader, size: int) -> Pixels:
    """Read exactly `size` bytes into a new (size,) array."""
    buffer = np.empty(size, np.uint8)
    if pipe.readinto(buffer.data) < size:
        raise EOFError("the other end of the pipe has gone")
    return buffer
