"""Writes the tables of sample photos and of accuracy in docs/results.md.

    python tools/write_results_page.py [--check]

Every photo of samples/ is examined against reference_marks/ with the default settings and compared
with samples/labels.csv; the accuracy is that of benchmarks/results/accuracy.json. With `--check`
nothing is written; the exit status is 1 when the page says something else than is found now.
"""

from __future__ import annotations

import csv
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_text import RESULTS_PAGE, ROOT, Json, fill, header, interval, read_result

from detector.evaluation.metrics.localisation import centre_inside
from detector.evaluation.records import Box
from detector.marks.registry import load_marks
from detector.pictures.reader import read_picture
from detector.pipeline.detector import Detector
from detector.pipeline.import_marks import import_marks
from detector.records import Finding, Listing

SOURCES = (ROOT / "samples", ROOT / "reference_marks")
HEAD = ("photo", "what it shows", "expected", "found", "score", "called", "decision", "")
PER_LINE = 4  # pictures
SELLER = re.compile(r"authorised seller (\S+)")


@dataclass(frozen=True, slots=True)
class Label:
    """One row of labels.csv: a mark in a photo and its box x0 y0 x1 y1; `mark` "" is none."""

    image: str
    mark: str
    box: Box | None
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One photo of the table.

    `found` are marks, scores and verdicts, best first; `placed` are the marks found where they are.
    """

    image: str
    note: str
    expected: tuple[str, ...]
    found: tuple[tuple[str, float, str], ...]
    placed: tuple[str, ...]
    decision: str

    @property
    def missed(self) -> tuple[str, ...]:
        """Marks that are there and were not found, or only in another place."""
        return tuple(mark for mark in self.expected if mark not in self.placed)

    @property
    def alarms(self) -> tuple[str, ...]:
        """Marks that were found and are not there, or not in that place."""
        return tuple(mark for mark, _, _ in self.found if mark not in self.placed)

    @property
    def outcome(self) -> str:
        """Right, or what is wrong."""
        wrong = [f"missed {mark}" for mark in self.missed]
        wrong += [f"false {mark}" for mark in self.alarms]
        return f"**{', '.join(wrong)}**" if wrong else "right"


def read_labels(path: Path) -> dict[str, list[Label]]:
    """The labels of every photo, by file name."""
    labels: dict[str, list[Label]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            label = Label(row["image"], row["mark"], _box(row), row["note"])
            labels.setdefault(label.image, []).append(label)
    return labels


def _box(row: dict[str, str]) -> Box | None:
    if not row["mark"]:
        return None
    return float(row["x0"]), float(row["y0"]), float(row["x1"]), float(row["y1"])


def judge(labels: Sequence[Label], listing: Listing) -> Row:
    """Compare what is in one photo with what was found there."""
    hits = (f for f in listing.findings if any(_hits(f, label) for label in labels))
    placed = {finding.mark for finding in hits}
    return Row(
        image=labels[0].image,
        note="; ".join(dict.fromkeys(label.note for label in labels if label.note)),
        expected=tuple(dict.fromkeys(label.mark for label in labels if label.mark)),
        found=tuple((f.mark, f.score, f.verdict) for f in listing.findings),
        placed=tuple(sorted(placed)),
        decision=listing.decision if listing.status == "ok" else listing.status,
    )


def _hits(finding: Finding, label: Label) -> bool:
    """Whether a finding names the mark of a label and its middle lies in the label's box.

    The middle, not the overlap: a view may be only the emblem, or the label only what is visible.
    """
    if label.box is None or finding.mark != label.mark:
        return False
    return centre_inside(finding.box, label.box)


def examine(samples: Path, marks: Path) -> Iterator[Row]:
    """Examine every labelled photo with an index made of `marks`, in order of name.

    A photo whose label names its authorised seller is examined as that seller's.
    """
    labels = read_labels(samples / "labels.csv")
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        import_marks(index, load_marks([marks]))
        for image, mine in sorted(labels.items()):
            told = SELLER.search(" ".join(label.note for label in mine))
            detector = Detector.open(index, seller=told.group(1) if told else "")
            yield judge(mine, detector.inspect(read_picture(samples / image)))


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown, and under them what they come to."""
    lines = [HEAD, ("---",) * len(HEAD), *map(_cells, rows)]
    text = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{text}\n\n{summary(rows)}"


def gallery(rows: Sequence[Row]) -> str:
    """The photos with a miss or a false finding, as pictures, and under each what is wrong."""
    wrong = [row for row in rows if row.missed or row.alarms]
    cells = [
        f'<td><img src="../samples/{row.image}" width="220" alt="{row.note}"><br>'
        f"{Path(row.image).stem}: {row.outcome.strip('*')}</td>"
        for row in wrong
    ]
    lines = [
        f"<tr>{''.join(cells[start : start + PER_LINE])}</tr>"
        for start in range(0, len(cells), PER_LINE)
    ]
    return "\n".join(["<table>", *lines, "</table>"])


def summary(rows: Sequence[Row]) -> str:
    """Counts in words: marks found, photos with a false finding."""
    there = sum(len(row.expected) for row in rows)
    found = there - sum(len(row.missed) for row in rows)
    clean = [row for row in rows if not row.expected]
    alarmed = sum(bool(row.found) for row in clean)
    extra = sum(bool(row.alarms) for row in rows if row.expected)
    return (
        f"{found} of {there} marks and look-alikes were found in their place. Of {len(clean)} "
        f"photos without any, {alarmed} had a finding; of the other {len(rows) - len(clean)}, "
        f"{extra} had one too many."
    )


def _cells(row: Row) -> tuple[str, ...]:
    name = f"[{Path(row.image).stem}](../samples/{row.image})"
    found = ", ".join(mark for mark, _, _ in row.found)
    scores = ", ".join(f"{score:.2f}" for _, score, _ in row.found)
    called = ", ".join(verdict for _, _, verdict in row.found)
    note = row.note.replace("|", "\\|")
    expected = ", ".join(row.expected) or "nothing"
    return name, note, expected, found or "nothing", scores, called, row.decision, row.outcome


def accuracy(results: Json) -> str:
    """The table of accuracy in Markdown, from the JSON of `measure_accuracy.py`."""
    recall = "recall at 1 % false-positive photos"
    lines = [*header("photos", "method", recall, "at 0.1 %", "top-1")]
    for part in ("logos", "designs"):
        for method, figures in results[part].items():
            photos = f"{part}: {figures['photos']}, and {figures['negatives']} without a mark"
            cells = " | ".join(
                f"{figures[name]:.2f} ({interval(figures[f'{name}_interval'], 2)})"
                for name in ("recall", "strict", "top1")
            )
            lines.append(f"| {photos} | {method} | {cells} |")
    return "\n".join(lines)


def main(arguments: Iterable[str]) -> int:
    """Write or check the tables; the exit status."""
    old = RESULTS_PAGE.read_text(encoding="utf-8")
    rows = list(examine(*SOURCES))
    new = fill(fill(old, "samples", table(rows)), "misses", gallery(rows))
    new = fill(new, "accuracy", accuracy(read_result("accuracy")))
    sys.stdout.write(f"{summary(rows)}\n")
    if "--check" not in arguments:
        RESULTS_PAGE.write_text(new, encoding="utf-8")
    elif new != old:
        sys.stdout.write("The page says something else. Run: python tools/write_results_page.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
