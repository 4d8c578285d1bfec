"""The same flow gives the same bytes, and what a user types changes none of the code's shape."""

from __future__ import annotations

import ast
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_core.names import FORMULA, RESERVED_ATTRIBUTES, RESERVED_VARIABLES
from codegen_core.render import generate, recover
from codegen_core.render.layout import LINE_LENGTH
from tests.golden.flows import FLOWS, resolved
from tests.unit.core.drawing import Json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)

GENERATE = """
import hashlib, json, sys
from codegen_core.render import generate
from tests.golden.flows import resolved
for drawn in json.load(sys.stdin):
    module = generate(resolved(drawn))
    print(module.code_hash, hashlib.sha256(module.code.encode()).hexdigest(), list(module.node_lines.items()))
"""


def _shuffled(drawn: Json, seed: int) -> Json:
    chance = random.Random(seed)
    return {key: chance.sample(drawn[key], len(drawn[key])) for key in ("edges", "nodes")}


def _generate_elsewhere(hash_seed: str, drawn: list[Json]) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", GENERATE]
    done = subprocess.run(
        command, input=json.dumps(drawn), env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_same_bytes_under_any_hash_seed_and_order_of_the_json() -> None:
    drawn = [flow() for flow in FLOWS.values()]
    answers = {_generate_elsewhere("0", drawn)}
    answers |= {_generate_elsewhere(str(seed), [_shuffled(each, seed) for each in drawn]) for seed in range(1, 20)}
    assert len(answers) == 1


def _relabelled(drawn: Json, labels: dict[str, str]) -> Json:
    return drawn | {"nodes": [node | {"label": labels[node["id"]]} for node in drawn["nodes"]]}


def _shape(code: str) -> list[str]:
    return [type(node).__name__ for node in ast.walk(ast.parse(code))]


def _flow_nodes(name: str) -> list[str]:
    return sorted(node["id"] for node in FLOWS[name]()["nodes"])


@pytest.mark.parametrize("name", ["crowded", "conditions", "oscillators", "crowded_rules"])
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_labels_change_no_shape(name: str, data: st.DataObject) -> None:
    drawn = FLOWS[name]()
    labels = data.draw(st.fixed_dictionaries(dict.fromkeys(_flow_nodes(name), TEXT)))
    code = generate(resolved(_relabelled(drawn, labels))).code
    assert _shape(code) == _shape(generate(resolved(drawn)).code)


def _renamed(drawn: Json, ids: dict[str, str]) -> Json:
    ends = {"source", "target"}
    return {
        "nodes": [node | {"id": ids[node["id"]]} for node in drawn["nodes"]],
        "edges": [
            {key: ids[value] if key in ends else value for key, value in edge.items()} for edge in drawn["edges"]
        ],
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXT, min_size=4, max_size=4, unique_by=str.strip).filter(lambda ids: all(map(str.strip, ids))))
def test_ids_change_no_shape_and_come_back(ids: list[str]) -> None:
    drawn = FLOWS["least"]()
    renamed = _renamed(drawn, dict(zip(_flow_nodes("least"), ids, strict=True)))
    flow = resolved(renamed)
    code = generate(flow).code
    assert _shape(code) == _shape(generate(resolved(drawn)).code)
    recovered: Any = recover(code)
    assert {node["id"] for node in recovered["nodes"]} == {node.id for node in flow.nodes}


@settings(max_examples=8, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(_flow_nodes("crowded"), TEXT)), st.sampled_from(["en", "zh"]))
def test_any_label_comes_out_formatted(labels: dict[str, str], language: str) -> None:
    code = generate(resolved(_relabelled(FLOWS["crowded"](), labels)), language).code
    command = [sys.executable, "-m", "ruff", "format", "--isolated", f"--line-length={LINE_LENGTH}", "-"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == code


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_longest_names_come_out_formatted(language: str, tmp_path: Path) -> None:
    """Every node has the same label, so that each name is as long as names get, and numbered."""
    for name, drawn in FLOWS.items():
        labels = {node["id"]: "w" * 40 for node in drawn()["nodes"]}
        (tmp_path / f"{name}.py").write_text(generate(resolved(_relabelled(drawn(), labels)), language).code, "utf-8")
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--isolated",
        "--diff",
        f"--line-length={LINE_LENGTH}",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def _without_texts(code: str) -> str:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree)


@pytest.mark.parametrize("name", FLOWS)
def test_the_language_changes_comments_and_docstrings_alone(name: str) -> None:
    drawn = FLOWS[name]()
    english, chinese = (generate(resolved(drawn), language).code for language in ("en", "zh"))
    assert english != chinese
    assert _without_texts(english) == _without_texts(chinese)


@pytest.mark.parametrize("name", FLOWS)
def test_node_lines_hold_the_node(name: str) -> None:
    flow = resolved(FLOWS[name]())
    module = generate(flow)
    lines = module.code.splitlines()
    assert set(module.node_lines) == {node.id for node in flow.nodes}
    assert module.line_count == len(lines)
    for first, last in module.node_lines.values():
        assert 1 <= first < last <= len(lines)
        assert lines[first - 1].strip().startswith("# ")
        assert not lines[last - 1].strip().startswith("# ")


def _names_in_prepare(tree: ast.Module) -> set[str]:
    (prepare,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "prepare"]
    return {node.id for node in ast.walk(prepare) if isinstance(node, ast.Name)}


def _attributes_of_self(tree: ast.Module) -> set[str]:
    attributes = (
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    )
    return {node.attr for node in attributes if node.value.id == "self"}  # type: ignore[attr-defined]  # a Name


def _keyword_arguments(tree: ast.Module) -> set[str]:
    (init,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    return {argument.arg for argument in init.args.kwonlyargs} - {"pool"}


@pytest.mark.parametrize("name", FLOWS)
def test_every_name_of_the_module_is_reserved(name: str) -> None:
    tree = ast.parse(generate(resolved(FLOWS[name]())).code)
    targets = [target for node in ast.walk(tree) if isinstance(node, ast.Assign) for target in node.targets]
    flat = [each for target in targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])]
    nodes = {each.id for each in flat if isinstance(each, ast.Name)}
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    formulas = {name for name in functions if name.endswith(f"_{FORMULA}")}
    assert functions - formulas <= RESERVED_VARIABLES
    assert not formulas & nodes
    lower_case = {each for each in _names_in_prepare(tree) - nodes - formulas if each == each.lower()}
    assert lower_case - {"code", "column"} <= RESERVED_VARIABLES
    assert _attributes_of_self(tree) - _keyword_arguments(tree) <= RESERVED_ATTRIBUTES
