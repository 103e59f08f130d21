"""Measures a plain installation: its size, and how long its commands take.

    python tools/measure_install.py [EXTRA,EXTRA]

Installs the package into an empty environment in a temporary folder, with the extras that are
named, and prints megabytes and seconds (the least of three) as JSON, for docs/install.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from markdown_text import ROOT

MARK, PHOTO = ROOT / "reference_marks" / "pawlinka", ROOT / "samples" / "tin-pets.jpg"
REPEATS = 3


def main(arguments: list[str]) -> None:
    """Install, measure, print."""
    extras = f"[{arguments[0]}]" if arguments else ""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        venv.create(home / "env", with_pip=True)
        python = home / "env" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"{ROOT}{extras}"], check=True)
        detector, index = python.with_name("detector"), home / "index"
        subprocess.run([detector, "marks", "import", MARK, "--index", index], check=True)
        result = {
            "megabytes": round(_size(home / "env") / 1e6),
            "import": _seconds(python, "-c", "import detector"),
            "help": _seconds(detector, "--help"),
            "check": _seconds(detector, "check", PHOTO, "--index", index),
        }
    print(json.dumps(result, indent=1))


def _size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _seconds(*command: str | Path) -> float:
    """The least time of a command, whatever its exit status."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - began)
    return round(min(times), 2)


if __name__ == "__main__":
    main(sys.argv[1:])
