"""Container, compose file and systemd units: what they start exists, with no right too many."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from detector.cli.main import main
from detector.service.service import Service
from detector.service.storage.pictures import PictureStore
from tests.commands import check
from tests.service.s3 import S3Server
from tests.service.serving import serving

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CONTAINER = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
OURS = {name: one for name, one in COMPOSE.items() if one["image"] == "detector"}
UNITS = sorted(DEPLOY.glob("*.service"))


def instruction(name: str) -> str:
    """The arguments of the last instruction of a kind in the Containerfile."""
    return re.findall(rf"^{name} (.*)$", CONTAINER, re.MULTILINE)[-1]


ENTRY = json.loads(instruction("ENTRYPOINT"))


def variables_of(command: click.Command) -> Iterator[str]:
    """The environment variables that a command, or one below it, heeds."""
    yield from (str(option.envvar) for option in command.params if option.envvar)
    for inner in getattr(command, "commands", {}).values():
        yield from variables_of(inner)


KNOWN = set(variables_of(main))


@pytest.mark.parametrize("name", [name for name in OURS if name != "bucket"])
def test_compose_starts_commands_that_there_are(name: str) -> None:
    check(shlex.join(["detector", *OURS[name]["command"]]))


def test_the_container_starts_a_command_that_there_is() -> None:
    check(shlex.join(ENTRY))
    check(shlex.join(["detector", *json.loads(instruction("CMD"))]))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_there_is(path: Path) -> None:
    started = r"^ExecStart=/opt/detector/bin/(detector .* json) (\w.*)$"
    ((group, command),) = re.findall(started, path.read_text(), re.MULTILINE)
    check(group)
    check(f"detector {command}")


@pytest.mark.parametrize("path", [*UNITS, DEPLOY / "Containerfile", DEPLOY / "compose.yaml"])
def test_every_variable_is_one_that_a_command_heeds(path: Path) -> None:
    used = set(re.findall(r"\bDETECTOR_[A-Z_]+\b", path.read_text()))
    assert used
    assert used <= KNOWN


def test_commands_in_comments_are_right() -> None:
    told = re.compile(r"^# .*?\b(detector (?:keys|serve|work) .*?)(?:[`.]| >|$)", re.MULTILINE)
    for path in DEPLOY.iterdir():
        for command in told.findall(path.read_text()):
            check(command)
    for command in re.findall(r"run --rm service (.*)", (DEPLOY / "compose.yaml").read_text()):
        check(f"detector {command}")


def test_compose_asks_for_no_variable_without_an_example() -> None:
    used = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE))
    assert used == given


def test_compose_has_all_parts() -> None:
    assert {"service", "worker", "database", "store"} <= COMPOSE.keys()
    assert COMPOSE["worker"]["deploy"]["replicas"] == 2
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["service"]["ports"])
    assert [name for name, one in COMPOSE.items() if "ports" in one] == ["service"]


@pytest.mark.parametrize("one", OURS.values(), ids=list(OURS))
def test_our_containers_have_no_rights(one: dict[str, Any]) -> None:
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]


def test_the_container_runs_as_nobody_special() -> None:
    user, group = instruction("USER").split(":")
    assert int(user) >= 1000
    assert int(group) >= 1000
    assert CONTAINER.rindex("\nUSER") < CONTAINER.rindex("\nENTRYPOINT")


def test_the_container_is_built_of_what_there_is() -> None:
    ignored = (ROOT / ".containerignore").read_text()
    for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINER, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists()
            assert f"!{source}\n" in ignored
    (extras,) = re.findall(r'pip install .*"\.\[(.*?)\]"', CONTAINER)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(extras.split(",")) <= project["optional-dependencies"].keys()


def test_the_health_check_tells_a_server_that_answers(service: Service) -> None:
    command = json.loads(instruction("HEALTHCHECK").partition(" CMD ")[2])

    def status(port: str) -> int:
        words = [sys.executable, *command[1:]]
        environment = os.environ | {"DETECTOR_PORT": port}
        done = subprocess.run(words, env=environment, capture_output=True, check=False, timeout=60)
        return done.returncode

    with serving(service) as client:
        port = str(client.base_url.port)
        assert status(port) == 0
    assert status(port) != 0


def test_the_bucket_is_made_once(s3_server: S3Server) -> None:
    command = [sys.executable, "-c", *COMPOSE["bucket"]["command"]]
    for _ in range(2):
        subprocess.run(command, check=True, timeout=120)
    address = COMPOSE["service"]["environment"]["DETECTOR_PICTURES"]
    assert not PictureStore(address).has("0" * 64)
    PictureStore(address).put(b"kept")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_a_unit_and_finds_it_hardened(path: Path, tmp_path: Path) -> None:
    unit = tmp_path / path.name
    unit.write_text(path.read_text().replace("/opt/detector/bin/detector", sys.executable))
    for check_of in (["verify"], ["security", "--offline=true", "--threshold=20"]):
        command = ["systemd-analyze", *check_of, str(unit)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""
