"""`detector serve` and `detector keys` as processes: how they begin, and how they end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from detector.cli.main import main

ENTRY = "from detector.cli.main import main; main()"


@pytest.fixture
def home(tmp_path: Path, small_index: Path, database_url: str, monkeypatch) -> Path:
    """A folder with an index, where commands run; the database is told by the environment."""
    shutil.copytree(small_index, tmp_path / "detector-index")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DETECTOR_DATABASE", database_url)
    return tmp_path


def detector(*words: object) -> Result:
    return CliRunner().invoke(main, list(map(str, words)))


@contextmanager
def served(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`detector serve` as a process, and its address."""
    command = [sys.executable, "-c", ENTRY, "--log-level", "info", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "DETECTOR_WORDS": "no"}
    )
    try:
        lines = []
        while not (found := re.search(r"Listening on (\S+)", lines[-1] if lines else "")):
            lines.append(process.stderr.readline())
            assert lines[-1], "".join(lines)
        reading = threading.Thread(target=process.stderr.read)
        reading.start()
        yield process, found[1]
        process.kill()
        reading.join()
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_one_command_is_enough_and_ends_when_all_is_answered(home: Path, photo_of) -> None:
    with served() as (process, address), httpx.Client(base_url=address, timeout=90) as client:
        files = [("picture", ("a.jpg", photo_of("ring")))]
        made = client.post("/v1/inspections", params={"wait": 60}, files=files).json()
        assert (made["state"], made["findings"][0]["mark"]) == ("done", "ring")
        assert client.get("/readyz").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz")


def test_who_waits_is_answered_when_the_service_ends(home: Path) -> None:
    with served("--jobs", "0") as (process, address):
        sent = threading.Event()

        def body() -> Iterator[bytes]:
            yield b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\nb'
            yield b"\r\n--x--\r\n"
            sent.set()

        def end() -> None:
            sent.wait(60)
            # One more request is answered, so the first one is known to the server.
            httpx.get(f"{address}/v1/inspections", timeout=60)
            process.send_signal(signal.SIGTERM)

        threading.Thread(target=end, daemon=True).start()
        answer = httpx.post(
            f"{address}/v1/inspections",
            params={"wait": 3600},
            content=body(),
            headers={"Content-Type": "multipart/form-data; boundary=x"},
            timeout=60,
        )
        assert (answer.status_code, answer.json()["state"]) == (202, "queued")
        assert process.wait(60) == 0


def test_strangers_need_keys(home: Path) -> None:
    for options in ((), ("--no-keys",), ("--keys",)):
        refused = detector("serve", "--host", "0.0.0.0", *options)
        assert refused.exit_code == 2
        assert "detector keys add" in refused.stderr
    assert detector("keys", "add", "a", "--role", "platform").exit_code == 0
    assert detector("serve", "--host", "0.0.0.0", "--no-keys").exit_code == 2


def test_a_key_without_a_name_could_not_be_told_from_others(home: Path) -> None:
    for name in ("", " "):
        refused = detector("keys", "add", name, "--role", "platform")
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "a key has a name" in refused.stderr


def test_keys_are_made_shown_and_revoked(home: Path) -> None:
    made = detector("keys", "add", "shop [b]", "--role", "seller", "--party", "s1", "--days", 7)
    assert re.fullmatch(r"det_[\w-]{43}\n", made.stdout)
    assert detector("keys", "add", "x", "--role", "seller").exit_code == 2
    listed = detector("keys", "list").stdout
    assert "shop [b]" in listed
    assert "valid until" in listed
    assert made.stdout.strip() not in listed
    assert detector("keys", "revoke", "shop [b]").stdout == "1 revoked.\n"
    assert detector("keys", "revoke", "shop [b]").exit_code == 2
    assert "revoked" in detector("keys", "list").stdout


def test_a_port_that_is_taken_is_told(home: Path) -> None:
    with served("--jobs", "0") as (_, address):
        port = address.rpartition(":")[2]
        taken = detector("serve", "--port", port)
    assert taken.exit_code == 2
    assert "in use" in taken.stderr
