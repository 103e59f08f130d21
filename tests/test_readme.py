"""The README keeps its word: its commands run, and it is one screen."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .commands import ROOT, fenced

README = (ROOT / "README.md").read_text(encoding="utf-8")
DEMO, TEST = fenced(README, "")[0].split("\n")[:2]
BASH = shutil.which("bash")


def run(*command, cwd=ROOT, **environment):
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment or None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# --- the two commands -----------------------------------------------------------------------


def test_the_first_block_has_the_two_commands():
    assert (DEMO, TEST) == ("bash scripts/demo", "bash scripts/test")


@pytest.mark.parametrize(
    "script", ["scripts/demo", "scripts/test", "scripts/environment", ".ci/run"]
)
def test_a_script_is_there_and_parses(script):
    done = run(BASH, "-n", script)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("script", ["scripts/demo", "scripts/test", ".ci/run"])
def test_a_script_stops_at_the_first_failure(script):
    text = (ROOT / script).read_text(encoding="utf-8")
    assert "\nset -euo pipefail\n" in text
    assert os.access(ROOT / script, os.X_OK)


def test_the_build_service_runs_the_test_command_and_nothing_else():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert text.splitlines()[-1] == f"exec {TEST}"
    assert text.count("bash") == 2  # the first line and the command


@pytest.fixture
def checkout(tmp_path):
    """A copy of the scripts with an environment that only pretends to be one."""
    (tmp_path / "scripts").mkdir()
    for name in ("demo", "environment", "test"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts" / name)
    (tmp_path / "drawing").mkdir()
    (tmp_path / "drawing" / "fonts.txt").write_text("fonts-lato\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    return tmp_path


def pretend(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{BASH}\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def pretend_environment(checkout: Path) -> Path:
    """Tools that write down how they were called; ruff fails when told to by a file `bad`."""
    log = checkout / "log"
    tell = f'echo "${{0##*/}} $* home=$HOME" >>"{log}"'
    for tool in ("detector", "mypy", "python"):
        pretend(checkout / ".venv" / "bin" / tool, tell)
    pretend(checkout / ".venv" / "bin" / "ruff", f"{tell}\n[[ ! -e bad ]] || exit 3")
    return log


def test_an_old_python_is_told_in_words(checkout):
    pretend(checkout / "bin" / "old", "exit 1")
    done = run(BASH, "scripts/demo", cwd=checkout, PATH=os.environ["PATH"], PYTHON="bin/old")
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stderr
    assert not (checkout / ".venv").exists()


def test_the_demo_installs_once_and_again_when_the_package_changes(checkout):
    log = pretend_environment(checkout)
    for change in ("", "", "# changed\n"):
        with (checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write(change)
        done = run(BASH, str(checkout / "scripts" / "demo"), cwd="/", PATH=os.environ["PATH"])
        assert done.returncode == 0, done.stderr
    calls = [line.partition(" home=")[0] for line in log.read_text(encoding="utf-8").splitlines()]
    assert calls.count("detector demo --out demo-output") == 3
    assert calls.count("python -m pip install --quiet --editable .[ocr]") == 2


def test_an_empty_home_is_replaced(checkout):
    log = pretend_environment(checkout)
    for home in ("", "/nowhere/at/all"):
        done = run(BASH, "scripts/demo", cwd=checkout, PATH=os.environ["PATH"], HOME=home)
        assert done.returncode == 0, done.stderr
    homes = {
        line.partition(" home=")[2] for line in log.read_text(encoding="utf-8").splitlines()[1:]
    }
    assert homes == {str(checkout / ".venv" / "home")}


def debian(checkout: Path, user: int, *, fonts: bool) -> dict[str, str]:
    """Variables for scripts/test, with tools of Debian that only pretend."""
    pretend(checkout / "bin" / "dpkg", f"exit {int(not fonts)}")
    pretend(checkout / "bin" / "id", f"echo {user}")
    pretend(checkout / "bin" / "apt-get", f'echo "$*" >>"{checkout / "installed"}"')
    path = f"{checkout / 'bin'}:{os.environ['PATH']}"
    return {"PATH": path, "DETECTOR_CHROMIUM": "chromium", "HOME": str(checkout)}


def test_the_gates_run_in_order_and_stop_where_one_fails(checkout):
    log = pretend_environment(checkout)
    quiet = debian(checkout, 0, fonts=True)
    done = run(BASH, "scripts/test", "-k", "word", cwd=checkout, **quiet)
    assert done.returncode == 0, done.stderr
    calls = [line.partition(" home=")[0] for line in log.read_text(encoding="utf-8").splitlines()]
    assert calls[1:] == [
        "python -m pip install --quiet --editable .[test]",
        "ruff check .",
        "ruff format --check .",
        "mypy ",
        "python -m pytest --quiet --numprocesses 2 -k word",
    ]
    (checkout / "bad").touch()
    assert run(BASH, "scripts/test", cwd=checkout, **quiet).returncode == 3
    assert not (checkout / "installed").exists()


def test_missing_fonts_are_installed_by_root(checkout):
    pretend_environment(checkout)
    done = run(BASH, "scripts/test", cwd=checkout, **debian(checkout, 0, fonts=False))
    assert (done.returncode, done.stderr) == (0, "")
    installed = (checkout / "installed").read_text(encoding="utf-8").splitlines()
    assert installed == ["update", "install --yes --no-install-recommends fonts-lato"]


def test_missing_fonts_are_named_to_others(checkout):
    pretend_environment(checkout)
    done = run(BASH, "scripts/test", cwd=checkout, **debian(checkout, 1000, fonts=False))
    assert done.returncode == 0
    assert "apt-get install $(cat drawing/fonts.txt)" in done.stderr
    assert not (checkout / "installed").exists()


def test_it_is_one_screen_with_one_picture_and_no_table():
    assert len(README) < 5_000
    assert README.count("![") == 1
    assert not [line for line in README.splitlines() if line.startswith("|")]
    for user in ("Analyst", "Trust-and-safety engineer", "ML engineer", "Seller"):
        assert f"**{user}:" in README
