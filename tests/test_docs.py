"""What the documents say is there: links, commands, options, names, settings."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator

import click
import pytest

import detector
from detector import records
from detector.channels.registry import CHANNELS
from detector.cli.main import main
from detector.scoring.policy_file import load_policy, policy_from_text
from detector.scoring.rules import Rule
from tools import markdown_text, measure_titles, measure_words, write_accuracy_page

from .commands import ROOT, check, commands, documents, fenced
from .test_layers import LAYERS

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|tmp|home)/")
TEXT = {".py", ".md", ".toml", ".csv", ".js", ".css", ".j2", ".json", ""}

ALL = documents()
READ = {path: path.read_text(encoding="utf-8") for path in ALL}
COMMANDS = [(path.name, one) for path, text in READ.items() for one in commands(text)]


def name(value):
    return value if isinstance(value, str) else value.name


def anchors_of(text: str) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_page_on_accuracy_says_what_the_results_say():
    assert write_accuracy_page.PAGE.read_text(encoding="utf-8") == write_accuracy_page.page()


def test_the_table_of_words_says_what_the_results_say():
    page = READ[measure_words.PAGE]
    table = measure_words.table(markdown_text.read_result("words"))
    assert markdown_text.fill(page, "words", table) == page


def test_the_table_of_titles_says_what_the_results_say():
    page = READ[measure_titles.PAGE]
    table = measure_titles.table(markdown_text.read_result("titles"))
    assert markdown_text.fill(page, "titles", table) == page


@pytest.mark.parametrize("path", ALL, ids=name)
def test_links_lead_somewhere(path):
    targets = [one for one in LINK.findall(READ[path]) if not one.startswith("http")]
    for target in targets:
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{path.name}: {target}"
        assert not anchor or anchor in anchors_of(there.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", ALL, ids=name)
def test_files_that_are_named_exist(path):
    folders = "detector|tests|benchmarks|docs|scripts|drawing|tools|training"
    named = re.findall(rf"(?:`|python )((?:{folders})/[\w./-]+)", READ[path])
    examples = {"tests/index/test_store.py"} if path.name == "CONTRIBUTING.md" else set()
    assert [one for one in named if not (ROOT / one).exists() and one not in examples] == []


@pytest.mark.parametrize(("file", "command"), COMMANDS)
def test_commands_are_known(file, command):
    check(command)


@pytest.mark.parametrize("wrong", ["detector scna photos", "detector scan photos --tresh 1"])
def test_an_unknown_command_is_seen(wrong):
    with pytest.raises(click.ClickException):
        check(wrong)


def test_commands_are_found_in_blocks_and_lines():
    text = "Use `detector\nscan x`.\n\n```sh\ndetector check a \\\n  --index b\nls\n```\n"
    assert list(commands(text)) == ["detector check a    --index b", "detector scan x"]


@pytest.mark.parametrize("path", ALL, ids=name)
def test_python_examples_compile_and_import_what_exists(path):
    for body in fenced(READ[path], "python"):
        compile(body, path.name, "exec")
        imports = [line for line in body.splitlines() if line.startswith(("from ", "import "))]
        exec("\n".join(imports), {})


def commands_of(command: click.Command, words: str = "detector") -> Iterator[str]:
    """The words of every command in a group that does something."""
    if not isinstance(command, click.Group):
        yield words
        return
    for word, child in command.commands.items():
        yield from commands_of(child, f"{words} {word}")


def test_every_command_is_described():
    text = READ[ROOT / "docs" / "command-line.md"]
    heads = re.findall(r"^## `(detector(?: [a-z-]+)+)", text, re.MULTILINE)
    assert sorted(heads) == sorted(commands_of(main))


def test_the_layers_are_all_described():
    text = READ[ROOT / "docs" / "how-it-works.md"]
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.MULTILINE)
    assert {package: int(layer) for layer, package in rows} == LAYERS


def test_the_measures_and_channels_are_all_described():
    text = READ[ROOT / "docs" / "evidence.md"]
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert rows == [field.name for field in dataclasses.fields(records.Measures)]
    heads = " ".join(re.findall(r"^### .*$", text, re.MULTILINE))
    told = [spec.name for spec in CHANNELS if f"`{spec.name}`" not in heads]
    assert told == []


def test_the_policy_example_is_a_policy_and_names_every_key(tmp_path):
    text = READ[ROOT / "docs" / "policy.md"]
    keys, rules = fenced(text, "toml")
    (tmp_path / "policy.toml").write_text(keys, encoding="utf-8")
    policy = load_policy(tmp_path / "policy.toml")
    expected = tomllib.loads(keys) | {"marks": {}, "rules": ()}
    assert dataclasses.asdict(policy) == expected
    assert len(policy_from_text(rules).rules) == rules.count("[[rule]]")
    named = set(re.findall(r"`(\w+)`", text[: text.index("What is **found**")]))
    assert {field.name for field in dataclasses.fields(Rule)} <= named
    rows = re.findall(r"^\| `(\w+)` \| `?([^\s`]+)`? \|", text, re.MULTILINE)
    defaults = {key: json.loads(default) for key, default in rows}
    assert defaults | {"marks": {}, "rules": ()} == dataclasses.asdict(detector.Policy())


def test_the_public_names_in_examples_are_public():
    for path, text in READ.items():
        for line in re.findall(r"^from detector import (.+)$", text, re.MULTILINE):
            assert {one.strip() for one in line.split(",")} <= set(detector.__all__), path


WRITTEN = sorted(
    path
    for folder in ("detector", "tests", "tools", "drawing", "scripts", ".ci")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.suffix in TEXT
)


def test_no_file_knows_the_machine_it_was_written_on():
    assert len(WRITTEN) > 50
    for path in [*ALL, *WRITTEN, ROOT / "pyproject.toml"]:
        assert not MACHINE.findall(path.read_text(encoding="utf-8")), path


def test_a_machine_path_is_seen():
    for folder in ("work", "root", "tmp", "home"):
        assert MACHINE.search("/".join(["see ", folder, "x"]))
    assert not MACHINE.search("see src/work/x and ../work/ and a/tmp/b")
