"""Generated code against its records, and the records against the tools that people run on such files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codegen_core.nodes.declaration import NodeType
from codegen_core.nodes.registry import system_templates
from codegen_core.render import generate, recover
from codegen_core.render.canonical import canonical_flow
from codegen_core.render.layout import LINE_LENGTH
from codegen_core.safety import analyse
from tests.golden.flows import FLOWS, RECORDS, resolved
from tests.golden.rewrite import FOLDER, record_path, recorded


def _run(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=110, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize(("name", "language"), RECORDS)
def test_code_is_as_recorded(name: str, language: str) -> None:
    assert generate(resolved(FLOWS[name]()), language).code == recorded(name, language)


def test_every_record_is_of_a_flow() -> None:
    assert set(FOLDER.glob("*")) == {record_path(name, language) for name, language in RECORDS}


def test_every_indicator_and_condition_is_in_a_record() -> None:
    """The general kinds aside, which are whatever their parameters make of them."""
    drawn = {node["template_id"] for name, _ in RECORDS for node in FLOWS[name]()["nodes"]}
    kinds = {NodeType.INDICATOR, NodeType.CONDITION}
    named = [each for each in system_templates() if each.node_type in kinds and each.specialising is None]
    assert {template.name for template in named if template.id not in drawn} == set()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every recorded file, whole."""
    folder = tmp_path_factory.mktemp("recorded")
    for name, language in RECORDS:
        (folder / f"{name}_{language}.py").write_text(recorded(name, language), "utf-8")
    return folder


def test_records_are_formatted(files: Path) -> None:
    assert _run("ruff", "format", "--isolated", "--check", "--diff", f"--line-length={LINE_LENGTH}", str(files)) == ""


def test_records_pass_the_linter_with_its_own_rules(files: Path) -> None:
    assert _run("ruff", "check", "--isolated", str(files)) == ""


def test_records_pass_the_type_checker(files: Path, tmp_path: Path) -> None:
    options = ("--config-file=", "--ignore-missing-imports", f"--cache-dir={tmp_path / 'cache'}")
    assert _run("mypy", *options, str(files)) == ""


@pytest.mark.parametrize(("name", "language"), RECORDS)
def test_records_are_safe_by_our_own_policy(name: str, language: str) -> None:
    analysis = analyse(recorded(name, language))
    assert [finding.source for finding in analysis.security.violations] == []
    assert analysis.is_valid


@pytest.mark.parametrize(("name", "language"), RECORDS)
def test_records_carry_their_flow(name: str, language: str) -> None:
    flow = canonical_flow(resolved(FLOWS[name]()))
    assert recover(recorded(name, language)) == flow
