"""A process that writes: `python -m <this module> FOLDER NAMES SEED KILL_AT`.

It imports a mark for each letter of NAMES, or upgrades the index where NAMES is "upgrade".

Says "ready" when it is about to begin. With KILL_AT > 0 it kills itself, as kill -9 does, at that
file system event (open, rename, remove ...) of the write, and with 0 it says their number.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from detector.index.store import upgrade, upsert

from .synthetic import entries, entry, settings_of

SEGMENT_BYTES = 900  # two or three marks


def main(folder: str, names: str, seed: str, kill_at: str) -> None:
    brought = entries(names, int(seed))
    upsert_once = Path(folder).with_name("warm-up")  # imports that are done lazily, done now
    upsert(upsert_once / str(os.getpid()), [entry("x")])
    events = 0

    def count(event: str, _: object) -> None:
        nonlocal events
        if event == "open" or event.startswith(("os.", "fcntl.", "shutil.")):
            events += 1
            if events == int(kill_at):
                os.kill(os.getpid(), signal.SIGKILL)

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.addaudithook(count)
    if names == "upgrade":
        upgrade(Path(folder), settings_of)
    else:
        upsert(Path(folder), brought, segment_bytes=SEGMENT_BYTES)
    sys.stdout.write(f"{events}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
