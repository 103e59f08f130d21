"""A real S3 server (moto's) in a process of its own, on a loopback port."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Self

KEYS = {"AWS_ACCESS_KEY_ID": "detector", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
_TRIES = 600


class S3Server:
    """Lifetime: from entering the context to leaving it, or `kill`."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = "http://{}:{}".format(*free.getsockname())
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        port = self.address.rpartition(":")[2]
        code = "from moto.server import main; main()"
        command = [sys.executable, "-W", "ignore", "-c", code, "-H", "127.0.0.1", "-p", port]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs to use this server instead of Amazon's."""
        return KEYS | {"AWS_ENDPOINT_URL": self.address, "AWS_DEFAULT_REGION": "us-east-1"}

    def make_bucket(self, name: str) -> None:
        request = urllib.request.Request(f"{self.address}/{name}", method="PUT")
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200

    def _wait(self) -> None:
        """Until it answers: each try waits for the process for a moment."""
        assert self._process is not None
        for _ in range(_TRIES):
            try:
                with urllib.request.urlopen(f"{self.address}/moto-api/", timeout=30):
                    return
            except urllib.error.URLError:
                try:
                    self._process.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
                break
        raise AssertionError("the S3 server did not start")
