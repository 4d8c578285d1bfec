"""Combinations of sizing rules, stops and risk rules, against the tools that people run on such files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codegen_core.render import generate
from codegen_core.render.layout import LINE_LENGTH
from codegen_core.safety import analyse
from tests.golden.combinations import COUNT, combination
from tests.golden.flows import resolved


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated modules, in either language by turns."""
    path = tmp_path_factory.mktemp("combinations")
    for number in range(COUNT):
        code = generate(resolved(combination(number)), ("en", "zh")[number // 6 % 2]).code
        (path / f"flow_{number:02d}.py").write_text(code, "utf-8")
    return path


def _run(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=110, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_they_are_formatted(folder: Path) -> None:
    assert _run("ruff", "format", "--isolated", "--check", "--diff", f"--line-length={LINE_LENGTH}", str(folder)) == ""


def test_they_pass_the_linter_with_its_own_rules(folder: Path) -> None:
    assert _run("ruff", "check", "--isolated", str(folder)) == ""


def test_they_pass_the_type_checker(folder: Path, tmp_path: Path) -> None:
    options = ("--config-file=", "--ignore-missing-imports", f"--cache-dir={tmp_path}")
    assert _run("mypy", *options, str(folder)) == ""


def test_they_are_safe_by_our_own_policy(folder: Path) -> None:
    refused = [path.name for path in sorted(folder.glob("*.py")) if not analyse(path.read_text("utf-8")).is_valid]
    assert refused == []
