"""Child process of `vector`: SVG text on stdin, PNG on stdout, longest side in pixels as argument.

Run as a file, not as a module, so that starting it costs only Python and resvg (some 30 ms).
"""

from __future__ import annotations

import contextlib
import sys

MAX_MEMORY = 2 << 30
MAX_CPU_SECONDS = 30


def main() -> None:
    """Rasterise one SVG; a broken one ends with status 1, the reason in the last line of stderr."""
    import resvg_py

    _limit_resources()
    side = int(sys.argv[1])
    text = sys.stdin.buffer.read().decode()
    try:
        # Given both sides, resvg fits the drawing inside and keeps its proportions.
        png = resvg_py.svg_to_bytes(
            svg_string=text, skip_system_fonts=True, width=side, height=side
        )
    except ValueError as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(png)


def _limit_resources() -> None:
    """Bound memory and time and leave no core file, where the system knows such limits."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


if __name__ == "__main__":
    main()
