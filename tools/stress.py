"""What breaks detection, for docs/accuracy.md: the worst photos and the stress ladder."""

from __future__ import annotations

from collections.abc import Iterator

from passages import Json, columns, head


def looked_at(one: Json) -> Iterator[str]:
    """The worst photos, as a person described them."""
    yield from head("The worst, looked at")
    yield (
        "The 20 photos of a logo whose mark has the lowest score, and the 20 photos without a mark "
        "whose best finding has the highest, by the shipped scorer. What they have in common, and "
        "what would mend it:"
    )
    yield ""
    yield from columns("class", "misses", "alarms", "what would mend it")
    for name, mend in one["mends"].items():
        counts = [sum(seen[0] == name for seen in one[kind]) for kind in ("misses", "alarms")]
        yield f"| {name} | {counts[0]} | {counts[1]} | {mend} |"
    for kind, told in (("misses", "The misses"), ("alarms", "The false alarms")):
        yield ""
        yield f"{told}, the worst first:"
        yield ""
        yield from (f"{row}. {said} *({name})*" for row, (name, said) in enumerate(one[kind], 1))


def ladder(befores: list[Json], nows: list[Json]) -> Iterator[str]:
    """Both stress ladders, of the shipped marks and of icons, before and now."""
    before, now = ([one["ladder"] for one in results] for results in (befores, nows))
    yield from head("The stress ladder")
    yield (
        f"Marks laid on plain products, one attack at a time ([how](benchmark.md)): the shipped "
        f"marks (an index of {now[0]['marks']}), and icons of real brands from the npm package "
        f"simple-icons (an index of {now[1]['marks']}, one colour each, drawn alike and so easily "
        "confused). No words are read here: this is what shapes alone can stand. A recall below "
        "one half is where an attack breaks detection. *Before* is the mean recall over the rungs "
        "before there was the channel embedding, *now* is today's."
    )
    for words, old, new in zip(("shipped marks", "simple-icons"), before, now, strict=True):
        yield ""
        yield from columns(words, "marks", "breaks at", "before", "now", "recall by rung")
        yield from map(_attack, old["attacks"], new["attacks"])


def _attack(old: Json, new: Json) -> str:
    rungs = ", ".join(
        f"{rung:g}: {recall:.2f}" for rung, recall in zip(new["rungs"], new["recall"], strict=True)
    )
    breaks = "never" if new["breaks"] is None else f"{new['breaks']:g}"
    unit = f" ({new['unit']})" if new["unit"] else ""
    means = [sum(one["recall"]) / len(one["recall"]) for one in (old, new)]
    told = f"{breaks} | {means[0]:.2f} | {means[1]:.2f} | {rungs}"
    return f"| {new['name']}{unit} | {new['shown']} | {told} |"
