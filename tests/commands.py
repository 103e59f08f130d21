"""The commands that documents tell people to type, and whether the command line knows them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1\n", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"(?<!`)`(detector\s[^`]+)`")


def documents() -> list[Path]:
    """Every Markdown file that people read."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "benchmarks" / "README.md"])


def fenced(text: str, *languages: str) -> list[str]:
    """The bodies of code blocks in any of `languages`; "" is a block without one."""
    return [body for _, language, body in FENCE.findall(text) if language in languages]


def commands(text: str) -> Iterator[str]:
    """Every `detector ...` in shell blocks and between backticks."""
    for body in fenced(text, "", "sh", "bash", "console"):
        joined = body.replace("\\\n", " ")
        yield from (m[1] for m in re.finditer(r"^(?:\$ )?(detector .*)$", joined, re.MULTILINE))
    for match in INLINE.finditer(FENCE.sub("", text)):
        yield " ".join(match[1].split())


def words_of(command: str) -> list[str]:
    """The words before any pipe or redirection; brackets of a synopsis are taken off."""
    told = re.split(r"\s(?:\||>|2>|&&|#)\s?", command)[0]
    return shlex.split(told.replace("[", "").replace("]", ""))[1:]


def check(command: str) -> None:
    """Raises click.ClickException when the command line does not know a command or an option."""
    from detector.cli import main as entry

    group = entry.main
    assert isinstance(group, click.Group)
    context, words = click.Context(group, info_name="detector"), words_of(command)
    found: click.Command = group
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        _, found, words = found.resolve_command(context, words)
        context = click.Context(found, info_name=found.name, parent=context)
    found.make_parser(context).parse_args(words)
