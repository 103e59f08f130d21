from __future__ import annotations

import json
import logging
import os
import signal
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from detector.pictures import worker as module
from detector.pictures import worker_log
from detector.pictures.reader import read_picture
from detector.pictures.worker import KillableWorker, Part, ReadWorker, WorkerCrash, read_parts
from detector.settings import ReaderSettings
from tests.hostile import make_seeds

PATIENT = 60.0  # seconds no call here comes near
ROOT = Path(__file__).parents[2]


def behave(how: str) -> Sequence[Part]:
    """Be a child that does as it is told."""
    if how == "hang":
        signal.pause()
    if how == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "raise":
        raise ValueError("a bug")
    if how == "print":
        sys.stdout.write("noise")
        sys.stdout.flush()
        os.write(1, b"more noise")
    if how.startswith("claim "):
        claim([int(number) for number in how.split()[1:]])
    speak(how)
    if how == "large":
        return [np.arange(20_000_000, dtype=np.uint32).astype(np.uint8).reshape(4, -1)]
    return [str(os.getpid()).encode(), how.encode(), b""]


def claim(numbers: list[int]) -> None:
    """Write numbers where an answer belongs, as a child that was taken over may, and end."""
    pipes = filter(is_pipe, range(3, 20))
    written = struct.pack(f"<{len(numbers)}Q", *numbers)
    for descriptor in pipes:
        with suppress(OSError):  # that of the requests cannot be written
            os.write(descriptor, written)
    os._exit(3)


def is_pipe(descriptor: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def speak(how: str) -> None:
    """Write to standard error, or log."""
    if how == "stderr":
        os.write(2, "libpng: \x1b[2J \u202e".encode() + b"\xff\n" + b"[" * 5000 + b"\n")
    if how == "log":
        fields = {"path": "a\a.jpg", "count": 3}
        logging.getLogger("detector.test").warning("%d %% of \n it", 50, extra=fields)
    if how == "log long":
        logging.getLogger("detector.test").error("x" * 9000 + "!", extra={"path": "a.jpg"})
    if how.startswith("forge "):
        os.write(2, how.removeprefix("forge ").encode() + b"\n")
    if how == "flood":
        for number in range(3000):
            os.write(2, b"%099d\n" % number)


def read_or_misbehave(request: str) -> list[Part]:
    """Read as the worker does, but hang or crash on files of that name."""
    how = Path(json.loads(request)["path"]).stem
    return list(behave(how)) if how in ("hang", "crash") else read_parts(request)


def text(part: np.ndarray) -> str:
    return part.tobytes().decode()


@pytest.fixture(scope="module")
def worker() -> Iterator[KillableWorker]:
    with KillableWorker(behave) as running:
        yield running


def test_one_process_answers_call_after_call(worker: KillableWorker) -> None:
    answers = [worker.call(word, PATIENT) for word in ("one", "zwei", "três")]
    assert [text(parts[1]) for parts in answers] == ["one", "zwei", "três"]
    assert all(len(parts) == 3 and parts[2].size == 0 for parts in answers)
    pids = {text(parts[0]) for parts in answers}
    assert len(pids) == 1
    assert pids != {str(os.getpid())}


def test_large_arrays_come_back_whole(worker: KillableWorker) -> None:
    (part,) = worker.call("large", PATIENT)
    assert np.array_equal(part, np.arange(20_000_000, dtype=np.uint32).astype(np.uint8))


def test_pipes_that_may_not_be_enlarged_serve_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("pipe-user-pages-soft")

    monkeypatch.setattr("fcntl.fcntl", refuse)
    with KillableWorker(behave) as running:
        (part,) = running.call("large", PATIENT)
    assert part.size == 80_000_000 // 4


@pytest.mark.parametrize("how", ["claim 1 9223372036854775807", "claim 2305843009213693951"])
def test_a_child_that_claims_a_huge_answer_is_replaced(worker: KillableWorker, how: str) -> None:
    with pytest.raises(WorkerCrash):
        worker.call(how, PATIENT)
    assert text(worker.call("next", PATIENT)[1]) == "next"


def test_what_a_decoder_prints_does_not_garble_the_answer(worker: KillableWorker) -> None:
    assert text(worker.call("print", PATIENT)[1]) == "print"


def test_a_hanging_child_is_killed_and_replaced(worker: KillableWorker) -> None:
    before = text(worker.call("a", PATIENT)[0])
    with pytest.raises(TimeoutError):
        worker.call("hang", 0.2)
    after = text(worker.call("b", PATIENT)[0])
    assert before != after
    with pytest.raises(ProcessLookupError):
        os.kill(int(before), 0)


@pytest.mark.parametrize(("how", "status"), [("crash", -signal.SIGSEGV), ("raise", 1)])
def test_a_crashing_child_is_replaced(worker: KillableWorker, how: str, status: int) -> None:
    with pytest.raises(WorkerCrash) as caught:
        worker.call(how, PATIENT)
    assert caught.value.status == status
    assert text(worker.call("next", PATIENT)[1]) == "next"


def test_a_child_that_died_idle_is_replaced_without_a_word(worker: KillableWorker) -> None:
    pid = int(text(worker.call("a", PATIENT)[0]))
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert int(text(worker.call("b", PATIENT)[0])) != pid


def test_an_interrupted_call_leaves_no_stale_answer(
    worker: KillableWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(pipe: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "_receive", interrupt)
        with pytest.raises(KeyboardInterrupt):
            worker.call("stale", PATIENT)
    assert text(worker.call("fresh", PATIENT)[1]) == "fresh"


def test_leaving_ends_the_process_and_its_timers() -> None:
    with KillableWorker(behave) as running:
        pid = int(text(running.call("a", PATIENT)[0]))
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not [t for t in threading.enumerate() if isinstance(t, threading.Timer)]
    running.close()


def test_a_function_that_cannot_be_imported_does_not_start() -> None:
    def local(argument: str) -> list[Part]:
        return []

    with KillableWorker(local) as running, pytest.raises(ChildProcessError, match="not start"):
        running.call("a", PATIENT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("worker")
    for name, data in make_seeds(np.random.default_rng(1)).items():
        (place / f"photo{name}").write_bytes(data)
    (place / "cut.jpg").write_bytes((place / "photo.jpg").read_bytes()[:-200])
    (place / "notes.txt").write_text("none", encoding="utf-8")
    return place


def test_the_worker_reads_as_the_reader_does(folder: Path) -> None:
    names = ("status", "message", "path", "width", "height", "digest")
    with ReadWorker() as worker:
        for path in [*sorted(folder.iterdir()), folder, folder / "missing \udc80.jpg"]:
            one, other = worker.read(path), read_picture(path)
            assert [getattr(one, n) for n in names] == [getattr(other, n) for n in names]
            assert len(one.pictures) == len(other.pictures)
            for mine, its in zip(one.pictures, other.pictures, strict=True):
                assert (mine.frame, mine.ground) == (its.frame, its.ground)
                assert np.array_equal(mine.pixels, its.pixels)


def test_limits_reach_the_worker(folder: Path) -> None:
    with ReadWorker(ReaderSettings(max_side=20)) as worker:
        assert worker.read(str(folder / "photo.jpg")).status == "refused"


def test_hanging_and_crashing_files_are_errors_and_the_rest_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "read_parts", read_or_misbehave)
    with ReadWorker(ReaderSettings(max_seconds=2.0)) as worker:
        crashed, hung = worker.read("crash.jpg"), worker.read("hang.jpg")
        assert worker.read(folder / "photo.png").status == "ok"
    assert (crashed.path, crashed.status, crashed.pictures) == ("crash.jpg", "error", ())
    assert "crashed the decoder" in crashed.message
    assert (hung.path, hung.status) == ("hang.jpg", "error")
    assert "took longer than 2 s" in hung.message


def logged(caplog: pytest.LogCaptureFixture, how: str, level: int = logging.DEBUG) -> list:
    """The records of a worker that was told to do something, those of other workers left out."""
    caplog.set_level(level, "detector")
    with KillableWorker(behave) as running, suppress(ChildProcessError):
        running.call(how, PATIENT)
    return caplog.records


def test_a_workers_life_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    messages = [one.message for one in logged(caplog, "a") if one.levelno > logging.DEBUG]
    assert messages == ["worker started"]
    caplog.clear()
    (crash,) = (one for one in logged(caplog, "crash") if one.levelno == logging.WARNING)
    assert (crash.message, crash.status) == ("worker crashed", -signal.SIGSEGV)
    caplog.clear()
    with KillableWorker(behave) as running, pytest.raises(TimeoutError):
        running.call("hang", 0.2)
    (late,) = (one for one in caplog.records if one.levelno == logging.WARNING)
    assert (late.message, late.seconds) == ("worker killed after a time-out", 0.2)


def test_what_a_worker_prints_is_logged_with_visible_controls(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lines = [one for one in logged(caplog, "stderr") if one.name.endswith(".stderr")]
    assert [one.message for one in lines] == [
        "libpng: \\x1b[2J \\u202e\ufffd",
        "[" * 4096,
        "[" * 904,
    ]
    assert {one.levelno for one in lines} == {logging.INFO}
    assert len({one.worker for one in lines}) == 1


def test_an_exception_in_a_worker_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert "ValueError: a bug" in [one.message for one in logged(caplog, "raise")]


def test_log_records_of_a_worker_arrive_with_their_fields(
    caplog: pytest.LogCaptureFixture,
) -> None:
    (record,) = (one for one in logged(caplog, "log") if one.name == "detector.test")
    assert (record.levelno, record.message) == (logging.WARNING, "50 % of \\n it")
    assert (record.path, record.count) == ("a\\x07.jpg", 3)
    (long,) = (one for one in logged(caplog, "log long") if one.levelno == logging.ERROR)
    assert (long.name, long.message) == ("detector.test", f"{'x' * 100} ... {'x' * 189}!")


@pytest.mark.parametrize("level", [logging.WARNING, logging.CRITICAL])
def test_a_worker_logs_at_the_level_of_its_parent(
    caplog: pytest.LogCaptureFixture, level: int
) -> None:
    found = [one for one in logged(caplog, "log", level) if one.name == "detector.test"]
    assert len(found) == (level == logging.WARNING)


FORGERIES = [
    {"level": 50, "logger": "detector.x", "message": "m", "args": ["%s"]},
    {"level": 50, "logger": "detector.x", "message": "m", "name": "root"},
    {"level": 51, "logger": "detector.x", "message": "m"},
    {"level": [], "logger": "detector.x", "message": "m"},
    {"level": 50, "logger": 7, "message": "m"},
    {"level": 50, "logger": "x", "message": {}},
    {"logger": "x"},
    [],
]


@pytest.mark.parametrize("forged", FORGERIES, ids=str)
def test_what_is_no_sound_record_is_a_line_of_text(
    caplog: pytest.LogCaptureFixture, forged: object
) -> None:
    (line,) = (
        one
        for one in logged(caplog, f"forge {json.dumps(forged)}")
        if one.levelno >= logging.INFO and one.message != "worker started"
    )
    assert (line.levelno, line.message) == (logging.INFO, json.dumps(forged))


def test_a_forged_record_is_a_log_line_of_its_worker(caplog: pytest.LogCaptureFixture) -> None:
    before = set(logging.Logger.manager.loggerDict)
    forged = {"level": 50, "logger": "new\u202e", "message": "%s\x1b", "worker": 1, "seen": [2]}
    (line,) = (one for one in logged(caplog, f"forge {json.dumps(forged)}") if one.levelno == 50)
    assert (line.name, line.getMessage(), line.seen) == ("new\\u202e", "%s\\x1b", "[2]")
    assert line.worker not in (1, os.getpid())
    assert set(logging.Logger.manager.loggerDict) == before


def test_a_worker_that_writes_without_end_is_cut_short(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "detector")
    with KillableWorker(behave) as running:
        for _ in range(2):
            assert text(running.call("flood", PATIENT)[1]) == "flood"
    messages = [one.message for one in caplog.records if one.name.startswith(worker_log.__name__)]
    assert sum(map(len, messages)) <= 2 * (worker_log.MAX_BYTES + 100)
    assert messages.count("wrote too much; the rest is dropped") == 2


def test_nothing_is_shown_where_logging_is_not_set_up() -> None:
    code = f"""
from detector.pictures.worker import KillableWorker
from {__name__} import behave
with KillableWorker(behave) as running:
    running.call("stderr", 60)
    try:
        running.call("crash", 60)
    except ChildProcessError:
        pass
"""
    command = [sys.executable, "-c", code]
    # A worker imports what its parent can, and not what lies in the current folder.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, capture_output=True, check=True, cwd=ROOT, env=environment, timeout=60
    )
    assert (done.stdout, done.stderr) == (b"", b"")
