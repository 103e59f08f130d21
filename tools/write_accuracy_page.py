"""Writes docs/accuracy.md from the JSON in benchmarks/results.

    python tools/document.py [--check] [--keep NAME=RESULT.json ...]

`--keep` takes a result of `detector benchmark` into benchmarks/results under a name (logos,
ladder-shipped, ladder-icons), without what it says of single photos. With `--check`
nothing is written; the exit status is 1 when the page says something else than the JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from passages import Json, columns, figure, head, plain, share, span
from stress import ladder, looked_at

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "accuracy.md"
SINGLE = ("photos", "misses", "alarms")  # of a result: photos that are not ours to name
LADDERS = ("shipped", "icons")


def main() -> int:
    """Keep results, then write or check the page; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--keep", action="append", default=[], metavar="NAME=RESULT.json")
    options = parser.parse_args()
    for one in options.keep:
        keep(*one.split("=", 1))
    text = page()
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        print("docs/accuracy.md says something else. Run: python tools/document.py")
        return 1
    return 0


def keep(name: str, path: str) -> None:
    """Put a result among the others, without its photos, their names and its curves."""
    result = json.loads(Path(path).read_text(encoding="utf-8"))
    kept = {key: value for key, value in result.items() if key not in SINGLE}
    if "dataset" in kept:
        counts = {key: len(kept["dataset"][key]) for key in ("unusable", "failed")}
        kept["dataset"] = {**kept["dataset"], "name": name, **counts}
        for method in kept["methods"].values():
            del method["det"]
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def page() -> str:
    """The page in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    accuracy, speed = _read("accuracy"), _read("speed")
    logos = _read("logos")
    yield from _promise(accuracy, speed, logos)
    yield from _real(accuracy)
    yield from _methods(logos, speed)
    yield from _where(logos)
    yield from _scores(logos)
    yield from looked_at(_read("looked-at"))
    yield from ladder(
        [_read(f"ladder-{name}-before") for name in LADDERS],
        [_read(f"ladder-{name}") for name in LADDERS],
    )
    yield from _repeat(logos)


def _read(name: str) -> Json:
    read: Json = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def _promise(accuracy: Json, speed: Json, logos: Json) -> Iterator[str]:
    best = accuracy["logos"]["detector, scorer fitted on other brands"]
    packs = accuracy["designs"]["detector, shipped scorer"]
    yield "# Accuracy: what we promise, and what we miss"
    yield ""
    yield "*Written by `python tools/document.py` from the JSON in `benchmarks/results`.*"
    yield ""
    yield "On real photos of logos of brands that had no part in fitting:"
    yield ""
    yield (
        f"- **{share(best['top1'])}** name the right mark first ({span(best, 'top1')}), and "
        f"**{share(best['recall'])}** are found when 1 % of the photos without a mark raise an "
        f"alarm ({span(best, 'recall')})."
    )
    yield (
        f"- Of photos of packs that are near variants of each other, **{share(packs['top1'])}** "
        f"name the right one first ({span(packs, 'top1')}) and **{share(packs['recall'])}** find "
        "it at that threshold."
    )
    yield (
        f"- **{share(logos['methods']['detector']['centre'])}** of hits have the middle of their "
        "box inside the true box."
    )
    silent = logos["methods"]["without words"]
    yield (
        f"- Without the extra `ocr` no words are read; with all else as it is, "
        f"{share(silent['top1'][0])} name the right mark first and "
        f"{share(silent['recall']['0.01'][0])} are found (the table of channels below)."
    )
    few, *many = speed["indexes"]
    yield (
        f"- One photo of {speed['side']} px against {few['marks']} marks takes "
        f"{few['with words']['median']:.2f} s on one {speed['machine']} core with words, "
        f"{few['without words']['median']:.2f} s without."
    )
    for one in many:
        yield (
            f"- Against {one['marks']:,} marks two cores examine "
            f"{one['without words, photos a second on 2 cores']:.1f} photos a second without words."
        )
    yield ""
    yield (
        "What we do not promise: a photo without a finding is not proved clean. Of 100 photos of "
        f"logos about {100 * (1 - best['recall']):.0f} are missed at that threshold. What is "
        "missed is named below, by size and by attack, and shown with pictures in the "
        "[README](../README.md#what-it-finds-in-the-sample-photos)."
    )


def _real(accuracy: Json) -> Iterator[str]:
    yield from head("Real photos, against the textbook methods")
    yield (
        "Logos in the wild (sides up to 640 px) of 14 brands, against clothing photos of sellers "
        "and photos of produce; phone photos of 16 packs in shops. The scorer of the first row is "
        "fitted seven times, each time without the brands on which it is then measured; nothing is "
        "fitted on designs, but the strength of the ridge was chosen with both in view. With words "
        "packs that stand beside the labelled one on the shelf are read too and may come first. "
        "The network of the channel embedding never saw these brands, nor any photo measured here. "
        "Intervals are Wilson's, 95 %."
    )
    yield ""
    recall = "recall at 1 % false-positive photos"
    yield from columns("photos", "method", recall, "at 0.1 %", "top-1")
    for wing in ("logos", "designs"):
        for name, one in accuracy[wing].items():
            kinds = ("recall", "strict", "top1")
            told = " | ".join(f"{one[kind]:.3f} ({span(one, kind)})" for kind in kinds)
            yield f"| {wing}: {one['photos']}, {one['negatives']} clean | {name} | {told} |"


def _methods(result: Json, speed: Json) -> Iterator[str]:
    data = result["dataset"]
    yield from head("What every channel earns, and costs")
    yield (
        f"`detector benchmark` with the shipped scorer: {data['marked']} photos of "
        f"{len(data['marks'])} marks, {data['clean']} clean photos; {data['unusable']} lines of "
        f"the dataset not used (the same bytes twice), {data['failed']} photos not fully read. "
        "Intervals come from a bootstrap over brands and photos, so they are wider than above. "
        "A channel that is left out proposes nothing and counts for nothing."
    )
    yield ""
    yield from columns(
        "method", "recall at 1 %", "at 0.1 %", "top-1", "top-5", "centre inside", "IoU", "mAP@.5"
    )
    for method, one in result["methods"].items():
        recall = [figure(one["recall"][rate]) for rate in ("0.01", "0.001")]
        cells = [*recall, figure(one["top1"]), figure(one["top5"])]
        cells += [plain(one[name]) for name in ("centre", "median_iou", "map50")]
        yield f"| {method} | {' | '.join(cells)} |"
    yield ""
    yield "What a channel does with a photo, in milliseconds (median, one core), by itself:"
    yield ""
    yield from columns("channel", *(f"{one['marks']:,} marks" for one in speed["indexes"]))
    for name in speed["indexes"][0]["channels"]:
        costs = [f"{1000 * one['channels'][name]['median']:.0f}" for one in speed["indexes"]]
        yield f"| {name} | {' | '.join(costs)} |"


def _where(logos: Json) -> Iterator[str]:
    yield from head("Where logos are missed")
    yield from columns("cut", "photos", "top-1", "recall at 1 %")
    for cut in logos["cuts"]:
        if cut["cut"] == "size":
            size = "no box given" if cut["value"] == "unknown" else f"{cut['value']} px"
            told = f"{figure(cut['top1'])} | {figure(cut['recall'])}"
            yield f"| {size} | {cut['photos']} | {told} |"
    for fold in logos["open_set"]:
        told = f"{plain(fold['top1'])} | {plain(fold['recall'])}"
        yield f"| {', '.join(fold['marks'])} | {fold['photos']} | {told} |"


def _scores(logos: Json) -> Iterator[str]:
    one = logos["calibration"]
    yield from head("What a score means")
    yield (
        f"Expected calibration error {one['ece']:.3f}, Brier score {one['brier']:.3f}, over the "
        "best finding of every photo:"
    )
    yield ""
    yield from columns("mean score", "share that is right", "photos")
    for said, right, count in one["bins"]:
        if count:
            yield f"| {said:.2f} | {right:.2f} | {count} |"


def _repeat(logos: Json) -> Iterator[str]:
    versions = ", ".join(f"{name} {number}" for name, number in logos["versions"].items())
    yield from head("How to repeat it")
    yield f"Measured on {logos['machine']}, {logos['made']}, seed {logos['seed']}, with {versions}."
    yield ""
    yield "```"
    yield "python tools/accuracy.py --data DIR --out benchmarks/results/accuracy.json"
    yield "npm pack simple-icons && tar xzf simple-icons-*.tgz"
    yield "python tools/speed.py --package package --out benchmarks/results/speed.json"
    yield "python tools/dataset.py logos --data DIR --out logos"
    yield "detector marks import DIR/logos/references --index logos/index"
    yield "detector benchmark logos/labels.csv --index logos/index --out logos/lab"
    yield "detector marks import reference_marks --index shipped/index"
    yield (
        "detector benchmark --ladder --no-words --ladder-marks 15 "
        "--index shipped/index --out shipped/lab"
    )
    yield "python tools/icons.py package icons"
    yield "detector marks import icons/marks.csv --index icons/index"
    yield (
        "detector benchmark --ladder --no-words --ladder-marks 12 "
        "--index icons/index --out icons/lab"
    )
    yield (
        "python tools/document.py --keep logos=logos/lab/result.json "
        "--keep ladder-shipped=shipped/lab/result.json --keep ladder-icons=icons/lab/result.json"
    )
    yield "```"
    yield ""
    yield (
        "DIR holds the development photos, which cannot be passed on. On your own photos: "
        "[benchmark](benchmark.md)."
    )


if __name__ == "__main__":
    sys.exit(main())
