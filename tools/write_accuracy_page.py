"""Writes docs/accuracy.md from the JSON in benchmarks/results.

    python tools/write_accuracy_page.py [--check] [--keep NAME=RESULT.json ...]

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

import markdown_text as md
from markdown_text import Json
from thousands import page_lines

PAGE = md.ROOT / "docs" / "accuracy.md"
SINGLE = ("photos", "misses", "alarms")  # of a result: photos that are not ours to name
SWEEPS = ("shipped", "icons")  # the sets of marks whose robustness is measured


def main() -> int:
    """Keep results, then write or check the page; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--keep", action="append", default=[], metavar="NAME=RESULT.json")
    options = parser.parse_args()
    for assignment in options.keep:
        keep(*assignment.split("=", 1))
    text = page()
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        print("docs/accuracy.md says something else. Run: python tools/write_accuracy_page.py")
        return 1
    return 0


def keep(name: str, path: str) -> None:
    """Put a result among the others, without its photos, their names and its curves."""
    result = json.loads(Path(path).read_text(encoding="utf-8"))
    result = {key: value for key, value in result.items() if key not in SINGLE}
    if "dataset" in result:
        counts = {key: len(result["dataset"][key]) for key in ("unusable", "left_out", "failed")}
        result["dataset"] = {**result["dataset"], "name": name, **counts}
        del result["dataset"]["overview"]
        for method in result["methods"].values():
            del method["det"]
    (md.RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


FEW = (
    "The worst, looked at",
    "The 20 photos of a logo whose mark has the lowest score, and the 20 photos without a mark "
    "whose best finding has the highest, by the shipped scorer, the worst first.",
)
THOUSANDS = (
    "The worst among thousands, looked at",
    "20 of the 74 photos whose right mark was checked and scored below the threshold, and the 20 "
    "surest findings in branded photos, graphics and clean photos, some of them alike.",
)
"""Titles of what was looked at, and how the photos were chosen."""


def page() -> str:
    """The page in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    accuracy, speed, logos = (
        md.read_result("accuracy"),
        md.read_result("speed"),
        md.read_result("logos"),
    )
    yield from _promise(accuracy, speed, logos)
    yield from page_lines(md.read_result("thousands"))
    yield from _worst(md.read_result("looked-at-thousands"), *THOUSANDS)
    yield from _real(accuracy)
    yield from _methods(logos, speed)
    yield from _where(logos)
    yield from _calibration(logos["calibration"])
    yield from _worst(md.read_result("looked-at"), *FEW)
    yield from _robustness(
        [md.read_result(f"ladder-{name}-before")["ladder"] for name in SWEEPS],
        [md.read_result(f"ladder-{name}")["ladder"] for name in SWEEPS],
    )
    yield from _repeat(logos)


def _promise(accuracy: Json, speed: Json, logos: Json) -> Iterator[str]:
    best = accuracy["logos"]["detector, scorer fitted on other brands"]
    packs = accuracy["designs"]["detector, shipped scorer"]
    yield "# Accuracy: what we promise, and what we miss"
    yield ""
    source = "the JSON in `benchmarks/results`"
    yield f"*Written by `python tools/write_accuracy_page.py` from {source}.*"
    yield ""
    yield "On real photos of logos of brands that had no part in fitting:"
    yield ""
    yield (
        f"- **{md.percent(best['top1'])}** name the right mark first "
        f"({md.interval(best['top1_interval'])}), and **{md.percent(best['recall'])}** are found "
        f"when 1 % of the photos without a mark raise an alarm "
        f"({md.interval(best['recall_interval'])})."
    )
    yield (
        f"- Of photos of packs that are near variants of each other, "
        f"**{md.percent(packs['top1'])}** name the right one first "
        f"({md.interval(packs['top1_interval'])}) and **{md.percent(packs['recall'])}** find it at "
        "that threshold."
    )
    centre = md.percent(logos["methods"]["detector"]["centre"])
    yield f"- **{centre}** of hits have the middle of their box inside the true box."
    silent = logos["methods"]["without words"]
    yield (
        "- Without the extra `ocr` no words are read; with all else as it is, "
        f"{md.percent(silent['top1'][0])} name the right mark first and "
        f"{md.percent(silent['recall']['0.01'][0])} are found (the table of channels below)."
    )
    yield from _paces(speed)
    yield ""
    yield (
        "What we do not promise: a photo without a finding is not proved clean. Of 100 photos of "
        f"logos about {100 * (1 - best['recall']):.0f} are missed at that threshold. What is "
        "missed is named below, by size and by attack, and shown with pictures in the "
        "[results](results.md#the-sample-photos)."
    )


def _paces(speed: Json) -> Iterator[str]:
    few, *many = speed["indexes"]
    yield (
        f"- One photo of {speed['side']} px against {few['marks']} marks takes "
        f"{few['with words']['median']:.2f} s on one {speed['machine']} core with words, "
        f"{few['without words']['median']:.2f} s without."
    )
    for index in many:
        yield (
            f"- Against {index['marks']:,} marks two cores examine "
            f"{index['without words, photos a second on 2 cores']:.1f} photos a second without "
            "words."
        )


def _real(accuracy: Json) -> Iterator[str]:
    yield from md.heading("Real photos, against the textbook methods")
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
    yield from md.header("photos", "method", recall, "at 0.1 %", "top-1")
    for part in ("logos", "designs"):
        for method, figures in accuracy[part].items():
            cells = " | ".join(
                f"{figures[name]:.3f} ({md.interval(figures[f'{name}_interval'])})"
                for name in ("recall", "strict", "top1")
            )
            photos = f"{part}: {figures['photos']}, {figures['negatives']} clean"
            yield f"| {photos} | {method} | {cells} |"


def _methods(result: Json, speed: Json) -> Iterator[str]:
    data = result["dataset"]
    yield from md.heading("What every channel earns, and costs")
    yield (
        f"`detector benchmark` with the shipped scorer: {data['marked']} photos of "
        f"{len(data['marks'])} marks, {data['clean']} clean photos; "
        f"{data['unusable'] + data.get('left_out', 0)} lines of "
        f"the dataset not used (the same bytes twice), {data['failed']} photos not fully read. "
        "Intervals come from a bootstrap over brands and photos, so they are wider than above. "
        "A channel that is left out proposes nothing and counts for nothing."
    )
    yield ""
    yield from md.header(
        "method", "recall at 1 %", "at 0.1 %", "top-1", "top-5", "centre inside", "IoU", "mAP@.5"
    )
    for method, figures in result["methods"].items():
        recalls = (figures["recall"][rate] for rate in ("0.01", "0.001"))
        cells = [
            md.with_interval(figure) for figure in (*recalls, figures["top1"], figures["top5"])
        ]
        cells += [md.number(figures[name]) for name in ("centre", "median_iou", "map50")]
        yield f"| {method} | {' | '.join(cells)} |"
    title = "What a channel does with a photo, in milliseconds (median, one core), by itself:"
    yield from ("", title, "")
    indexes = speed["indexes"]
    yield from md.header("channel", *(f"{index['marks']:,} marks" for index in indexes))
    for name in indexes[0]["channels"]:
        costs = [f"{1000 * index['channels'][name]['median']:.0f}" for index in indexes]
        yield f"| {name} | {' | '.join(costs)} |"


def _where(logos: Json) -> Iterator[str]:
    yield from md.heading("Where logos are missed")
    yield from md.header("cut", "photos", "top-1", "recall at 1 %")
    for cut in logos["cuts"]:
        if cut["cut"] == "size":
            size = "no box given" if cut["value"] == "unknown" else f"{cut['value']} px"
            cells = f"{md.with_interval(cut['top1'])} | {md.with_interval(cut['recall'])}"
            yield f"| {size} | {cut['photos']} | {cells} |"
    for fold in logos["open_set"]:
        cells = f"{md.number(fold['top1'])} | {md.number(fold['recall'])}"
        yield f"| {', '.join(fold['marks'])} | {fold['photos']} | {cells} |"


def _calibration(calibration: Json) -> Iterator[str]:
    yield from md.heading("What a score means")
    yield (
        f"Expected calibration error {calibration['ece']:.3f}, Brier score "
        f"{calibration['brier']:.3f}, over the best finding of every photo:"
    )
    yield ""
    yield from md.header("mean score", "share that is right", "photos")
    for score, right, count in calibration["bins"]:
        if count:
            yield f"| {score:.2f} | {right:.2f} | {count} |"


def _worst(photos: Json, title: str, chosen: str) -> Iterator[str]:
    """The worst photos, as a person described them."""
    yield from md.heading(title)
    yield f"{chosen} What they have in common, and what would mend it:"
    yield ""
    yield from md.header("class", "misses", "alarms", "what would mend it")
    for name, mend in photos["mends"].items():
        counts = [sum(kind == name for kind, _ in photos[list_]) for list_ in ("misses", "alarms")]
        yield f"| {name} | {counts[0]} | {counts[1]} | {mend} |"
    for list_, name in (("misses", "The misses"), ("alarms", "The false alarms")):
        yield from ("", f"{name}:", "")
        for row, (kind, description) in enumerate(photos[list_], 1):
            yield f"{row}. {description} *({kind})*"


def _robustness(before: list[Json], now: list[Json]) -> Iterator[str]:
    """The robustness of the shipped marks and of icons, before and now."""
    yield from md.heading("Robustness")
    yield (
        f"Marks laid on plain products, one attack at a time ([how](benchmark.md)): the shipped "
        f"marks (an index of {now[0]['marks']}), and icons of real brands from the npm package "
        f"simple-icons (an index of {now[1]['marks']}, one colour each, drawn alike and so easily "
        "confused). No words are read here: this is what shapes alone can stand. A recall below "
        "one half is where an attack breaks detection. *Before* is the mean recall over severities "
        "before there was the channel embedding, *now* is today's."
    )
    for marks, old, new in zip(("shipped marks", "simple-icons"), before, now, strict=True):
        yield ""
        yield from md.header(marks, "marks", "breaks at", "before", "now", "recall by severity")
        yield from map(_attack, old["attacks"], new["attacks"])


def _attack(old: Json, new: Json) -> str:
    recalls = ", ".join(
        f"{severity:g}: {recall:.2f}"
        for severity, recall in zip(new["rungs"], new["recall"], strict=True)
    )
    breaks = "never" if new["breaks"] is None else f"{new['breaks']:g}"
    unit = f" ({new['unit']})" if new["unit"] else ""
    before, now = (sum(run["recall"]) / len(run["recall"]) for run in (old, new))
    cells = f"{new['shown']} | {breaks} | {before:.2f} | {now:.2f} | {recalls}"
    return f"| {new['name']}{unit} | {cells} |"


def _repeat(logos: Json) -> Iterator[str]:
    versions = ", ".join(f"{name} {number}" for name, number in logos["versions"].items())
    yield from md.heading("How to repeat it")
    yield f"Measured on {logos['machine']}, {logos['made']}, seed {logos['seed']}, with {versions}."
    yield ""
    yield "```"
    yield "python tools/measure_accuracy.py --data DIR --out benchmarks/results/accuracy.json"
    yield "npm pack simple-icons && tar xzf simple-icons-*.tgz"
    yield "python tools/measure_speed.py --package package --out benchmarks/results/speed.json"
    yield "python tools/write_photo_labels.py logos --data DIR --out logos"
    yield "detector marks import DIR/logos/references --index logos/index"
    yield "detector benchmark logos/labels.csv --index logos/index --out logos/lab"
    yield "detector marks import reference_marks --index shipped/index"
    yield (
        "detector benchmark --ladder --no-words --ladder-marks 15 "
        "--index shipped/index --out shipped/lab"
    )
    yield "python tools/write_icon_marks.py package icons"
    yield "detector marks import icons/marks.csv --index icons/index"
    yield (
        "detector benchmark --ladder --no-words --ladder-marks 12 "
        "--index icons/index --out icons/lab"
    )
    yield (
        "python tools/write_accuracy_page.py --keep logos=logos/lab/result.json "
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
