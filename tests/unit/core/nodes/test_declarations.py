"""What holds for every node kind that the system declares."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from codegen_core.nodes.declaration import NodeTemplate, NodeType, OutputPort, PortType, Text
from codegen_core.nodes.registry import by_id, by_name, index_by_id, system_templates, system_templates_by_id
from codegen_core.nodes.schema import localised_schema, schemas_of

NAME = re.compile(r"^[a-z][a-z0-9_]*$")

RECORDED_IDS = {
    "price": "d91c53c7-f3e9-53da-911c-8974ea4da007",
    "sma": "e1e40fa6-4dad-551e-b502-4b23952cb9c9",
    "ema": "6e649cc5-204e-5775-b0b0-1e7643dc1488",
    "compare": "21698c91-5fc9-5016-be7b-0b5f1ba008b0",
    "crosses_above": "21d660d4-420f-564f-a0a7-57b304eda396",
    "crosses_below": "b1b6b366-7002-57da-b783-5f5db389901a",
    "all_of": "a3876253-7ba7-5473-bc98-7ab8dfcce0f1",
    "any_of": "e4b8a9d4-fd29-5fa7-9f3a-a2c2fa82cb2e",
    "negate": "4de4fc77-60c5-5a24-a1fa-8b68940c32a0",
    "buy": "ea80bf4d-2cc0-503f-a51a-a858557c97df",
    "sell": "9521559d-029f-52b8-b2ef-58ccaa9c2184",
    "equal_weight": "d912b49f-f2c6-52f5-8b00-2ce5d3192053",
    "stop_loss_percent": "9039b93b-bc28-5ad4-87a7-8c7a662be4c3",
    "stop_profit_percent": "ddbb3806-cf9a-5473-b29b-0e36ad7b7339",
}

every_template = pytest.mark.parametrize("template", system_templates(), ids=lambda template: template.name)


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_ids_are_those_recorded() -> None:
    assert {template.name: template.id for template in system_templates()} == RECORDED_IDS


def test_the_order_only_grows() -> None:
    assert [template.name for template in system_templates()][: len(RECORDED_IDS)] == list(RECORDED_IDS)


@every_template
def test_schema_is_valid_and_the_defaults_satisfy_it(template: NodeTemplate) -> None:
    Draft202012Validator.check_schema(template.parameter_schema)
    assert template.parameter_schema["type"] == "object"
    assert template.parameter_schema["additionalProperties"] is False
    Draft202012Validator(template.parameter_schema).validate(template.default_parameters)


@every_template
def test_defaults_are_told_in_the_schema(template: NodeTemplate) -> None:
    properties: Any = schemas_of(template)
    told = {name: schema["default"] for name, schema in properties.items() if "default" in schema}
    assert told == template.default_parameters
    assert template.parameter_schema["required"] == list(template.default_parameters)


@every_template
def test_names(template: NodeTemplate) -> None:
    inputs, outputs = [port.name for port in template.inputs], [port.name for port in template.outputs]
    names = [template.name, *schemas_of(template), *inputs, *outputs]
    assert all(NAME.match(name) for name in names)
    assert len(set(inputs)) == len(inputs)
    assert len(set(outputs)) == len(outputs)
    assert re.match(r"^[A-Z][A-Z0-9_]*$", template.category)
    assert re.match(r"^#[0-9A-F]{6}$", template.color)
    assert re.match(r"^\d+\.\d+\.\d+$", template.version)
    assert template.jinja_template.startswith("nodes/")


@every_template
def test_ports(template: NodeTemplate) -> None:
    assert template.outputs
    for port in template.inputs:
        assert port.types
        assert set(port.types) <= set(PortType)
        assert port.fallback is None or (not port.required and port.fallback in schemas_of(template))
        assert port.side is None or port.types == (PortType.SIGNAL,)
    for output in template.outputs:
        assert (output.side is not None) == (output.type is PortType.SIGNAL)


@every_template
def test_texts_in_both_languages(template: NodeTemplate) -> None:
    texts = [template.display_name, template.description]
    for title_and_help in template.schema_texts.values():
        texts += title_and_help
    assert all(text.en and not _is_chinese(text.en) and _is_chinese(text.zh) for text in texts)
    assert set(template.schema_texts) == set(schemas_of(template))
    assert len(template.description.en) <= 5000


@every_template
def test_look_back_of_the_defaults_is_a_count(template: NodeTemplate) -> None:
    assert template.look_back(template.default_parameters) >= 0


@every_template
def test_expression_names_only_inputs_and_parameters(template: NodeTemplate) -> None:
    known = {port.name for port in template.inputs} | set(schemas_of(template))
    assert set(re.findall(r"{(\w+)}", template.expression or "")) <= known


@pytest.mark.parametrize(
    ("name", "parameters", "bars"),
    [
        ("price", {"field": "close"}, 0),
        ("sma", {"window": 1}, 0),
        ("sma", {"window": 20}, 19),
        ("ema", {"window": 12}, 11),
        ("compare", {}, 0),
        ("crosses_above", {}, 1),
        ("crosses_below", {}, 1),
        ("all_of", {}, 0),
        ("buy", {}, 0),
        ("equal_weight", {}, 0),
        ("stop_loss_percent", {}, 0),
    ],
)
def test_look_back(name: str, parameters: dict[str, int], bars: int) -> None:
    assert by_name(name).look_back(parameters) == bars


def test_look_back_needs_resolved_parameters() -> None:
    with pytest.raises(TypeError):
        by_name("sma").look_back({"window": "20"})


def test_lookup() -> None:
    sma = by_name("sma")
    assert by_id(sma.id) is sma
    assert by_id("none") is None
    assert system_templates_by_id()[sma.id] is sma
    with pytest.raises(KeyError):
        by_name("none")


def _template(name: str, **changes: Any) -> NodeTemplate:
    return NodeTemplate(
        name=name,
        node_type=NodeType.INDICATOR,
        category="TREND",
        display_name=Text("", ""),
        description=Text("", ""),
        inputs=(),
        outputs=(OutputPort("value", PortType.SERIES),),
        jinja_template="",
        **changes,
    )


def test_a_template_answers_to_the_ids_it_replaces() -> None:
    old, new = _template("old"), _template("new", replaces=("old",))
    assert index_by_id([new]) == {old.id: new, new.id: new}


def test_a_users_template_has_its_stored_id() -> None:
    own = _template("sma", is_system=False, user_id="alice", stored_id="0f7f1f2a")
    assert own.id == "0f7f1f2a"


@every_template
def test_localised_schema_differs_only_in_texts(template: NodeTemplate) -> None:
    english: Any = localised_schema(template, "en")
    chinese: Any = localised_schema(template, "zh")
    assert english == template.parameter_schema
    for name, (title, explanation) in template.schema_texts.items():
        texts = {"title": title.zh, "description": explanation.zh}
        assert chinese["properties"][name] == english["properties"][name] | texts
