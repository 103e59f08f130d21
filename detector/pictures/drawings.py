"""Rasterising of drawings, SVG and PDF, in a child process that may crash or hang.

A drawing can name files of this machine, expand to gigabytes or make a renderer overflow its stack
(resvg does at some 500 nested groups). So it is parsed, checked and drawn in a child with limits,
and what comes back is pixels, or what is wrong in words.
"""

from __future__ import annotations

import base64
import contextlib
import json
from typing import Self

import numpy as np
from numpy.typing import NDArray

from detector.errors import MarkError, UsageError
from detector.pictures import pdf
from detector.pictures.svg import render as svg
from detector.pictures.worker import KillableWorker, Part

RENDERERS = {"SVG": svg.render, "PDF": pdf.render}
"""What draws each kind, in the child."""

MAX_SIDE = 8192
MAX_BYTES = {"SVG": 5_000_000, "PDF": 50_000_000}
MAX_SECONDS = 20.0
MAX_MEMORY = 2 << 30

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as shares of the width and height of a canvas."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_RESAVE = "Save it again in the program that made it, or give a PNG."


class DrawingWorker:
    """Draws SVG and PDF in a child process. Lifetime: the process, as of `KillableWorker`."""

    def __init__(self) -> None:
        self._worker = KillableWorker(draw_parts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()

    def draw(
        self, data: bytes, kind: str, side: int, place: str = "", box: Box = WHOLE
    ) -> NDArray[np.uint8]:
        """Rasterise a drawing so that its longest side is `side` pixels (1 to 8192).

        Args:
            data: the bytes of the file.
            kind: "SVG" or "PDF".
            side: in pixels.
            place: the file named in messages.
            box: the part to draw, where the drawing says how large its canvas is; else all.

        Returns:
            (H, W, 4) uint8 RGBA with straight alpha, transparent where nothing is drawn.

        Raises:
            MarkError: the drawing is broken or too large, would be drawn otherwise than by a
                browser, draws nothing, crashes the renderer or takes longer than 20 s.
            UsageError: `side` is out of range.

        """
        if not 1 <= side <= MAX_SIDE:
            raise UsageError(f"the side must be 1 to {MAX_SIDE} pixels, not {side}", place=place)
        if len(data) > MAX_BYTES[kind]:
            message = f"the {kind} is larger than {MAX_BYTES[kind]:,} bytes"
            raise MarkError(message, place=place, remedy=_RESAVE)
        pixels = self._call(data, kind, side, place, box)
        if not pixels[..., 3].any():
            remedy = "Check it in a browser."
            raise MarkError(f"the {kind} draws nothing", place=place, remedy=remedy)
        return pixels

    def _call(self, data: bytes, kind: str, side: int, place: str, box: Box) -> NDArray[np.uint8]:
        text = base64.b64encode(data).decode()
        request = json.dumps({"data": text, "kind": kind, "side": side, "box": box})
        try:
            head, *rest = self._worker.call(request, MAX_SECONDS)
        except TimeoutError as error:
            message = f"drawing the {kind} took longer than {MAX_SECONDS:g} s"
            raise MarkError(message, place=place, remedy=_RESAVE) from error
        except ChildProcessError as error:
            message = f"the {kind} cannot be drawn (the renderer crashed)"
            raise MarkError(message, place=place, remedy=_RESAVE) from error
        answer = json.loads(head.tobytes())
        if "message" in answer:
            line, where = answer["line"], place
            if line:
                where = f"{place}:{line}" if place else f"line {line}"
            raise MarkError(answer["message"], place=where, remedy=answer["remedy"])
        return rest[0].reshape(answer["shape"])


def draw_parts(request: str) -> list[Part]:
    """Draw what a JSON request holds: a JSON header and the pixels, or a JSON of what is wrong."""
    _limit_memory()
    arguments = json.loads(request)
    data = base64.b64decode(arguments["data"])
    try:
        render = RENDERERS[arguments["kind"]]
        pixels = render(data, arguments["side"], tuple(arguments["box"]))
    except MarkError as error:
        told = {"message": error.message, "remedy": error.remedy, "line": error.place}
        return [json.dumps(told).encode()]
    return [json.dumps({"shape": pixels.shape}).encode(), np.ascontiguousarray(pixels)]


def draw_once(
    data: bytes, kind: str, side: int, place: str = "", box: Box = WHOLE
) -> NDArray[np.uint8]:
    """Draw as `DrawingWorker.draw` does, in a child process of its own."""
    with DrawingWorker() as worker:
        return worker.draw(data, kind, side, place, box)


def _limit_memory() -> None:
    """Bound the memory and leave no core file, where the system knows such limits."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
