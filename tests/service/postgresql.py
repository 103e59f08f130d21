"""A real PostgreSQL server of a test's own, started from Debian's package."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

SOCKETS_ONLY = "-c listen_addresses='' -c fsync=off -c max_connections=200"


class PostgresServer:
    """Listens on a socket in its own folder. Lifetime: from entering the context to leaving it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self.data = self.folder / "data"

    def __enter__(self) -> Self:
        if os.geteuid() == 0:  # the server refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "--auth=trust", "--username=detector", "--no-sync", "--encoding=UTF8")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        options = f"{SOCKETS_ONLY} -k {self.folder}"
        self._run(
            "pg_ctl",
            "start",
            "--wait",
            "--silent",
            "--log",
            str(self.folder / "log"),
            "-o",
            options,
        )

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode=immediate", "--silent")

    def kill(self) -> None:
        """End it as a power cut would, with all its processes."""
        leader = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(leader, signal.SIGSTOP)  # it starts no further children
        children = subprocess.run(
            ["pgrep", "-P", str(leader)], check=False, capture_output=True, text=True
        ).stdout
        processes = (leader, *map(int, children.split()))
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(Path(f"/proc/{process}").exists() for process in processes):
            time.sleep(0.01)  # a new server refuses to start beside what is left of the old one

    def url(self, name: str) -> str:
        return f"postgresql://detector@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(_programs() / program), "--pgdata", str(self.data), *arguments]
        if os.geteuid() == 0:
            command = [
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                *command,
            ]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def _programs() -> Path:
    """Where the server's programs lie: Debian keeps them out of PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert folders, "PostgreSQL is missing (Debian: sudo apt-get install postgresql)"
    return folders[-1]
