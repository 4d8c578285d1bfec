"""Nothing that a user types into an expression, a factor, a function or a template changes the program's structure."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_core.custom import CustomDefinition, check_definition, declaration_of
from codegen_core.factors import Factor
from codegen_core.flow.model import ResolvedFlow
from codegen_core.nodes.declaration import NodeTemplate, Text
from codegen_core.render import code_hash, generate, recover
from codegen_core.render.canonical import canonical_flow
from codegen_core.render.layout import LINE_LENGTH
from codegen_core.safety import analyse
from tests.golden.flows import resolved
from tests.unit.core.drawing import Json, check, edge, flow, node
from tests.unit.core.gathering import Gathering

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "{a}", "{b}", "{n}", "$close", "Mean(", "Ref(", ".shift(", ".rolling(", ").mean()", "(", ")", ",", "+", "-",
            "*", "**", ">", "&", "~", "1", "2.5", "axis=1", "where(", "log(", "\n", " ", '"', "'", "\\", "#", "{", "}",
            "}}", "{{", "__import__('os')", "import os", "lambda: 0", ";", ":=", "f'{x}'", "\u2028", "self.", "np.",
            "pd.", "!r}", "{a!r}", "{a:d}", "\x00", "eval(", "{self.close}", "{__class__}",
        ]
    ),
    min_size=1,
    max_size=14,
).map("".join)  # fmt: skip


def _flow(own: Json, *ports: str) -> Json:
    nodes = [
        node("close", "price"), node("volume", "price", field="volume"), own,
        node("high", "compare", operator=">", value=0), node("enter", "buy"), node("size", "equal_weight"),
    ]  # fmt: skip
    edges = [edge(("close", "volume")[place % 2], f"own.{port}") for place, port in enumerate(ports)]
    edges += [edge("own", "high.left"), edge("high", "enter"), edge("enter", "size")]
    return flow(nodes, edges)


def _ports(template: str, expression: str) -> list[str]:
    report = check(flow([node("own", template, expression=expression)], []))
    return [] if report.problems and report.problems[0].layer == "PARAMETER" else re.findall(r"\{([ab])\}", expression)


def _shape(code: str) -> list[str]:
    return [type(each).__name__ for each in ast.walk(ast.parse(code))]


def _names(code: str) -> set[str]:
    tree = ast.parse(code)
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)} | {
        each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)
    }


@settings(max_examples=100, deadline=None)
@given(FRAGMENTS, st.sampled_from(["qlib_expression", "custom_series"]))
def test_an_expression_is_refused_or_safe(text: str, template: str) -> None:
    ports = sorted(set(_ports(template, text)))
    report = check(_flow(node("own", template, expression=text), *ports))
    if report.resolved is None:
        assert {problem.code for problem in report.problems} <= {
            "EXPRESSION_INVALID", "LOOK_AHEAD", "MISSING_PARAMETER", "PARAMETER_LENGTH", "UNKNOWN_HANDLE",
        }, report.problems  # fmt: skip
        return
    code = generate(report.resolved).code
    assert analyse(code).is_valid
    assert not {"os", "eval", "__import__", "__class__"} & _names(code)


@settings(max_examples=60, deadline=None)
@given(TEXT, st.sampled_from(["qlib_expression", "custom_series", "factor", "talib_function"]))
def test_any_text_is_told_as_a_problem(text: str, template: str) -> None:
    field = {"factor": "factor", "talib_function": "function"}.get(template, "expression")
    report = check(_flow(node("own", template, **{field: text})))
    assert report.resolved is None
    assert {problem.node_id for problem in report.problems} <= {"own", "high"}


# Expressions that are let through: their code is laid out as a formatter would, and is what it says.

ATOMS = st.sampled_from(["{a}", "{b}", "{n}", "2", "0.5", "1e-9"])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%"])
    calls = st.sampled_from(
        ["({}).shift(2)", "({}).rolling(5).mean()", "abs({})", "-({})", "({}).clip(-1, 1)", "({}).rank(axis=1)",
         "({}).ewm(span=9).std()", "({}) ** 2", "where(({}) > 0, {{b}}, 1)", "({}).sub({{a}}.mean(axis=1), axis=0)"]
    )  # fmt: skip
    return st.one_of(
        st.tuples(inner, signs, inner).map(lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"),
        st.tuples(calls, inner).map(lambda parts: parts[0].format(parts[1])),
    )


SERIES = st.recursive(ATOMS, _grow, max_leaves=14)
CONDITIONS = st.recursive(
    st.tuples(SERIES, st.sampled_from([">", "<=", "=="]), SERIES).map(
        lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("&|"), inner).map(lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"),
        inner.map(lambda part: f"~({part})"),
    ),
    max_leaves=4,
)


def _template(expression: str, **changes: Any) -> NodeTemplate | None:
    used = set(re.findall(r"\{(\w+)\}", expression))
    definition = CustomDefinition(
        id="own-template",
        name="own_template",
        node_type="CUSTOM",
        parameter_schema={"type": "object", "properties": {"n": {"type": "integer"}} if "n" in used else {}},
        default_parameters={"n": 3} if "n" in used else {},
        input_ports=[{"name": name, "type": "SERIES"} for name in sorted(used & {"a", "b"})],
        output_ports=({"name": "value", "type": "SERIES"},),
        execution_hints={"language": "PYTHON", "expression": expression},
    )
    return None if check_definition(definition) else declaration_of(replace(definition, **changes))


@settings(max_examples=12, deadline=None)
@given(st.lists(st.one_of(SERIES, CONDITIONS), min_size=20, max_size=20))
def test_what_is_let_through_comes_out_formatted_and_safe(expressions: list[str]) -> None:
    gathering, templates = Gathering(), []
    gathering.add("close", "price")
    for number, expression in enumerate(expressions):
        template = _template(expression)
        if template is not None:
            templates.append(replace(template, stored_id=f"own-{number}"))
            connect = {port.name: "close" for port in template.inputs}
            gathering.add(f"own_{number}", templates[-1], connect=connect)
    code = generate(resolved(gathering.finished(), templates)).code
    assert analyse(code).is_valid
    command = [sys.executable, "-m", "ruff", "format", "--isolated", f"--line-length={LINE_LENGTH}", "-"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == code


# Names of templates, ports, parameters and factors, and labels.

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,23}", fullmatch=True) | st.sampled_from(
    [
        "np",
        "pd",
        "self",
        "lambda",
        "in",
        "part_1",
        "part_2",
        "a",
        "as_series",
        "print",
        "open",
        "close",
        "import",
        "formula",
    ]
)


def _named(inputs: list[str], number: str, name: str) -> tuple[NodeTemplate, ResolvedFlow] | None:
    expression = f"({{{inputs[0]}}} - {{{inputs[1]}}}.shift({{{number}}})) / {{{inputs[1]}}}.rolling(3).std()"
    definition = CustomDefinition(
        id="own-template",
        name=name,
        node_type="INDICATOR",
        parameter_schema={"type": "object", "properties": {number: {"type": "integer"}}},
        default_parameters={number: 3},
        input_ports=[{"name": each, "type": "SERIES"} for each in inputs],
        output_ports=({"name": "value", "type": "SERIES"},),
        execution_hints={"language": "PYTHON", "expression": expression},
    )
    if check_definition(definition):
        return None
    template = declaration_of(definition)
    return template, resolved(_flow(node("own", template), *inputs), [template])


@settings(max_examples=15, deadline=None)
@given(st.lists(NAMES, min_size=3, max_size=3, unique=True), NAMES)
def test_names_change_no_shape(names: list[str], template_name: str) -> None:
    made, plain = _named(names[:2], names[2], template_name), _named(["a", "b"], "n", "plain")
    assert made is not None
    assert plain is not None
    code = generate(made[1]).code
    assert _shape(code) == _shape(generate(plain[1]).code)
    assert analyse(code).is_valid


@settings(max_examples=15, deadline=None)
@given(TEXT, TEXT)
def test_labels_and_display_names_change_no_shape(label: str, display_name: str) -> None:
    template, plain = _template("{a} * {n}"), _template("{a} * {n}")
    assert template is not None
    assert plain is not None
    shown = replace(template, display_name=Text(display_name, display_name))
    drawn = _flow(node("own", shown) | {"label": label}, "a")
    code = generate(resolved(drawn, [shown])).code
    assert _shape(code) == _shape(generate(resolved(_flow(node("own", plain), "a"), [plain])).code)


@pytest.mark.parametrize("name", ["Mine", "import", "os", "M" * 255])
def test_factor_names_change_no_shape(name: str) -> None:
    codes = []
    for each in (name, "Plain"):
        text = Text(each, each)
        factor = Factor(each, "CUSTOM", text, text, "MOMENTUM", "$close/Ref($close,5)-1")
        codes.append(generate(resolved(_flow(node("own", "factor", source="CUSTOM", factor=each)), (), [factor])).code)
    assert _shape(codes[0]) == _shape(codes[1])


def test_a_hash_covers_the_expression_and_the_version_of_a_template() -> None:
    template, other = _template("{a} * {n}"), _template("{a} + {n}")
    assert template is not None
    assert other is not None
    newer = replace(template, version="1.0.1")
    flows = [resolved(_flow(node("own", each), "a"), [each]) for each in (template, other, newer)]
    canonical = [canonical_flow(each) for each in flows]
    assert len({code_hash("", each) for each in canonical}) == 3
    assert all(recover(generate(each).code) == wanted for each, wanted in zip(flows, canonical, strict=True))


def test_a_hash_covers_the_expression_of_a_published_factor() -> None:
    text = Text("Mine", "我的")
    factors = [Factor("Mine", "CUSTOM", text, text, "X", expression) for expression in ("$open", "$high")]
    drawn = _flow(node("own", "factor", source="CUSTOM", factor="Mine"))
    assert len({code_hash("", canonical_flow(resolved(drawn, (), [each]))) for each in factors}) == 2
