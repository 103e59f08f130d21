"""The load test counts right what a service does, seen on one that does what it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from detector.cli.main import main
from detector.errors import UsageError
from detector.service.load_test import Load, LoadTest

TIMES = {"created_at": "2026-07-01T12:00:00Z", "finished_at": "2026-07-01T12:00:04Z"}


@dataclass
class Behaviour:
    """Every how many uploads are turned away, wait, or are never done; what was received."""

    turned_away: int = 0
    waiting: int = 0
    lost: int = 0
    uploads: int = 0
    keys: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


def is_each(every: int, number: int) -> bool:
    return bool(every) and number % every == 0


@contextmanager
def behaving(behaviour: Behaviour) -> Iterator[str]:
    """A real server that behaves so; its address."""

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert b'name="picture"' in body
            with behaviour.lock:
                behaviour.uploads += 1
                number = behaviour.uploads
                behaviour.keys.add(self.headers.get("Authorization", ""))
            if is_each(behaviour.turned_away, number):
                self.answer(429, {}, {"Retry-After": "0"})
            elif is_each(behaviour.waiting, number) or is_each(behaviour.lost, number):
                state = "lost" if is_each(behaviour.lost, number) else "queued"
                self.answer(202, {"id": f"{state}-{number}", "state": "queued", "decision": None})
            else:
                self.answer(200, {"id": "x", "state": "done", "decision": "pass", **TIMES})

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if name == "metrics":
                text = "process_resident_memory_bytes 2e8\ndetector_child_resident_memory_bytes 1e8"
                self.answer(200, text)
                return
            with behaviour.lock:
                first, _ = name not in behaviour.asked, behaviour.asked.add(name)
            ended = not (name.startswith("lost") or first)
            state, decision = ("done", "block") if ended else ("running", None)
            self.answer(200, {"id": name, "state": state, "decision": decision, **TIMES})

        def answer(self, status: int, content: object, headers: dict[str, str] | None = None):
            data = (content if isinstance(content, str) else json.dumps(content)).encode()
            self.send_response(status)
            for header, value in {**(headers or {}), "Content-Length": str(len(data))}.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Requests) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield "http://{}:{}".format(*server.server_address)
        finally:
            server.shutdown()
            thread.join()


def figures(behaviour: Behaviour, **load) -> dict:
    with behaving(behaviour) as url, httpx.Client(base_url=url) as client:
        return LoadTest(client, [b"photo"], Load(seconds=0.5, patience=0.1, **load)).run()


def test_every_upload_is_accounted_for() -> None:
    behaviour = Behaviour(turned_away=3, waiting=4, lost=5)
    told = figures(behaviour)
    numbers = range(1, behaviour.uploads + 1)
    away = sum(is_each(3, one) for one in numbers)
    lost = sum(is_each(5, one) and not is_each(3, one) for one in numbers)
    assert told["sent"] == behaviour.uploads
    assert told["turned_away"] == told["statuses"]["429"] == away
    assert told["share_turned_away"] == round(away / behaviour.uploads, 4)
    assert told["accepted"] == behaviour.uploads - away
    assert told["lost"] >= lost > 0
    assert told["done"] == told["accepted"] - told["lost"]
    assert told["failed"] == 0


def test_what_waits_is_asked_for_until_it_has_ended() -> None:
    with behaving(Behaviour(waiting=1)) as url, httpx.Client(base_url=url) as client:
        told = LoadTest(client, [b"photo"], Load(seconds=0.1, patience=60)).run()
    assert (told["lost"], told["decisions"]) == (0, {"block": told["sent"]})
    assert told["result"]["p50"] == 4.0  # by the clock of the service
    assert told["accept"]["p50"] < 4.0


def test_with_a_rate_uploads_begin_on_time() -> None:
    told = figures(Behaviour(), rate=20.0)
    assert 1 <= told["sent"] <= 10


def test_memory_is_that_of_all_processes() -> None:
    memory = figures(Behaviour())["memory"]
    assert (memory["first"], memory["most"]) == (300.0, 300.0)


def test_nobody_there_is_an_error() -> None:
    with (
        httpx.Client(base_url="http://127.0.0.1:9") as client,
        pytest.raises(UsageError, match="nobody answers"),
    ):
        LoadTest(client, [b"photo"], Load()).run()


@pytest.mark.parametrize("wrong", [{"seconds": 0}, {"concurrency": 0}, {"rate": 0.0}])
def test_a_load_of_nothing_is_refused(wrong: dict) -> None:
    with pytest.raises(UsageError):
        Load(**wrong)


def test_the_command_prints_both_figures(small_index: Path, photo_of, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(photo_of("", 1))
    with behaving(behaviour := Behaviour()) as url:
        options = ["--seconds", "0.2", "--key", "det_k", "--photos", str(tmp_path)]
        done = CliRunner().invoke(main, ["load-test", url, *options, "--index", str(small_index)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["service"]["done"] == behaviour.uploads
    assert told["in_this_process"]["result"]["p50"] > 0
    assert behaviour.keys == {"Bearer det_k"}


def test_losses_are_told_by_the_exit_status() -> None:
    with behaving(Behaviour(lost=2)) as url:
        options = ["--seconds", "0.2", "--patience", "0"]
        done = CliRunner().invoke(main, ["load-test", url, *options])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["service"]["lost"] > 0
