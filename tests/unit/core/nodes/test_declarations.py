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
    "wma": "56666df5-8764-53a1-aaf9-18f7e5f3f22d",
    "lag": "9662ef20-9b1d-5a59-9ef1-70fab0c46381",
    "change": "cb8ca894-bf08-52cf-8560-b674b13dc985",
    "period_return": "a96d7ed5-4944-5450-8e46-598c3076a5be",
    "highest": "99beadd7-5e51-5182-80da-fe2bcf372a3f",
    "lowest": "4f1636c4-d681-559c-ae69-d2acd2be313d",
    "absolute": "832c656a-e14d-5294-bc52-55e217043ccd",
    "logarithm": "c399270d-e913-511f-b16d-85df4a8ffe0e",
    "sign": "5196b6b8-89c1-5e61-9ddd-f9999241c3da",
    "larger_of": "06a810b6-543d-5830-ae52-0bdcf92440be",
    "smaller_of": "3e988689-9502-51c3-be78-9051a743722f",
    "rolling_sum": "e9336199-7928-504b-9f89-8f4460c75c78",
    "volatility": "533de06f-6206-5836-ae83-c5f99f481a8b",
    "standard_deviation": "c17b0aae-d3c9-5f25-b8ac-167e9de372ae",
    "variance": "45d2c075-5d1f-51ae-817e-ad279ed788ca",
    "skewness": "8bb37166-842a-5556-a177-2535889d74a9",
    "kurtosis": "42322d6e-12a7-5a0d-8388-97936bc58bec",
    "median": "5183a469-fcc1-5689-92a4-d7f14a2e6752",
    "quantile": "bb115389-3f91-572c-bcf8-9b289d4c410d",
    "mean_absolute_deviation": "25df814a-3947-5b27-b592-90c9a1a56c36",
    "time_series_rank": "70af5208-3245-56fc-ab67-b98c7326c0fb",
    "slope": "dcb7cbd2-147b-517a-86a3-7a3eec932672",
    "r_squared": "7c176bd0-067b-51b3-b735-d8fddef6f18a",
    "residual": "094b4a7f-7b3c-5cb3-ba3e-a104d32827f6",
    "index_of_highest": "fb2dd503-71e8-53ac-af51-3f87a2a9b82e",
    "index_of_lowest": "b7bcd50e-8c21-597c-9d1d-0f911069e654",
    "z_score": "5629ad42-5aa8-5aa9-b94a-4a006a8bb2cb",
    "correlation": "c7e0a366-5241-56e3-be75-cded718ace2e",
    "covariance": "072f8f0b-9015-5a46-81d5-a45fda194a0a",
    "dema": "eb4f3510-9519-5664-9bb8-34ee610afda6",
    "tema": "f78381c5-e75e-5288-99a9-055d3e9f2c47",
    "trima": "b77bf1a2-35e2-53b7-84d7-1aa3de77f466",
    "kama": "70c2df16-467f-59ff-b772-020de27ac31f",
    "t3": "5ecfe8bc-7f5b-5e7d-8615-6a23701125a6",
    "macd": "9522d04c-fae5-5762-a104-6c88048a6b3f",
    "bollinger": "4e47809b-293a-557d-9767-579e4610fd90",
    "adx": "d3520d22-3b96-57ba-b629-17bc04a89f2d",
    "plus_di": "30411bc1-0296-5a64-9871-9afc12397d2d",
    "minus_di": "67ebafcb-3f2c-5ee6-8af8-a96aff5196c5",
    "aroon": "8ad9724b-cd5e-5ae3-9c4e-9fc3a2e63fed",
    "aroon_oscillator": "eb19a31f-ef0b-57a1-b058-136a42c35e80",
    "parabolic_sar": "65023995-5363-5ae2-af1d-907f5ea82172",
    "linear_regression": "87d279ae-0aa3-5163-8694-3dad5f20fcde",
    "rsi": "15b1d1c1-df45-5241-9f18-14d177554bed",
    "stochastic_rsi": "98c5bc5d-c3b5-508f-be74-094d82b08368",
    "stochastic": "be54dcbe-ea97-5638-9afc-66c3f1ddb953",
    "williams_r": "e4188d4d-87c9-55c5-bfda-90a2c1547393",
    "ultimate_oscillator": "c2bfa5ea-b9fe-5c0a-87c0-88316726b499",
    "cci": "01ba09e1-3628-55d9-a039-0538cfb04a0c",
    "cmo": "c20a1b94-77dc-5a5e-9349-149b7463ac30",
    "momentum": "4952fc0b-2b1f-5ee3-be7d-b1fd8eecadbc",
    "roc": "71416a75-4986-5681-93e9-fcb22cd40974",
    "apo": "9c7ffff9-1b28-5964-bbbc-072bb816a150",
    "ppo": "096d2f2a-2624-5e46-9663-58c8101685c2",
    "trix": "37049848-b7a5-5567-9067-691d26c2cc23",
    "balance_of_power": "5dcb1f08-21db-5421-9100-ba43bd87f721",
    "true_range": "9f45e285-06fe-5b1b-9880-7a967d4bf5d7",
    "atr": "d8197c92-6fb0-551b-baa5-344ed73b9061",
    "natr": "10b1f3c0-6976-5f98-85df-ac331714301e",
    "typical_price": "51c83004-a86b-5ae9-a868-1a8be8b471ae",
    "obv": "b995a357-9153-5c22-a1f6-f56d7d065ffd",
    "accumulation_distribution": "caee4093-2167-56b6-95ff-dfb20de3e68f",
    "chaikin_oscillator": "3d6d8986-2035-5eb7-8c03-fa908a1c7bf8",
    "mfi": "45f51692-387a-54e7-8669-12bc7d7d7352",
    "kdj": "32b54cf3-cf17-5078-9547-7cfee31c0e63",
    "arithmetic": "7dd971e6-85ca-59dc-8a39-910d8d2582a5",
    "between": "42020579-2fe4-54f3-b2b2-f2caa34861e3",
    "rising": "3d8a9870-4623-5725-8fa8-2d3084e18b6c",
    "falling": "363058a7-085e-5a08-a60a-566fbc28bd61",
    "true_for_days": "72a6156e-2248-5f86-ba5c-a11df6a3a424",
    "top_n": "8a43e0f4-385b-5e61-b04e-be92ffd079aa",
    "bottom_n": "d3855cd8-fa8c-50bc-a2cb-a16931959c0b",
    "top_quantile": "751f0a5f-c0ab-5070-b380-5ae665790f47",
    "bottom_quantile": "56a49af2-bcc6-5072-acbd-4113c788d805",
    "fixed_weight": "21de5e9b-190e-52e4-8d1b-86cb9ff6f2e4",
    "fixed_amount": "b3b44238-f437-5543-a220-e9b8a27adfcd",
    "inverse_volatility": "533b6da8-b643-54d5-bd27-3e411f7c14c3",
    "score_weighted": "47b87196-93cf-576b-be41-13c70c1d18f7",
    "top_k_dropout": "9d8ce359-8bda-5f43-aefb-2b74ccc31280",
    "stop_loss_amount": "c30a13b5-22d0-5a7c-9c3f-4679eb2e64a7",
    "trailing_stop": "dc2e5694-1f5b-5fa0-a624-d522013d2ad8",
    "atr_stop": "1cdd1454-6d04-5b82-966e-6101aabc2963",
    "stop_below_average": "1c011f4d-df0d-5e29-a514-dceb1348a09a",
    "max_holding_days": "7ed30d50-dec0-5aab-b234-e5a756f9c072",
    "trailing_profit": "c1e3c5ae-b712-57ef-80e9-cb49c4f0d531",
    "atr_profit": "d903fc0e-25e2-5364-9b88-2728a3bb55a2",
    "drawdown_halt": "0584ee3e-b785-570e-a3ae-3638db40a07e",
    "cooldown": "907ce9a5-1c81-568c-a3fa-47088c0025c3",
    "min_holding_days": "d7bcd392-4266-5746-b127-a25a0353ff5c",
    "weight_cap": "3d5fc133-2931-543f-ba1e-50294d14e03e",
    "turnover_cap": "572cbe1d-ff6e-5d1f-8bfa-7091faad7ea3",
    "exposure_cap": "3ae29c99-21ba-5486-8ba1-330d20b81974",
    "talib_function": "f651ab3a-1a78-5bff-b31c-e94d23a0975c",
    "factor": "2f47e5d8-8106-55db-a9c0-b10b964d3d71",
    "qlib_expression": "148b5505-0bb0-5bdb-93cd-9e76f6e002a1",
    "custom_series": "ae900526-bd32-5ad4-8c79-be88d01b6ba8",
    "custom_condition": "f3e26a45-784f-5dd0-b66a-1f81ecaa4d22",
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
        ("inverse_volatility", {"window": 20}, 20),
        ("atr_stop", {"window": 14}, 14),
        ("atr_profit", {"window": 1}, 1),
        ("stop_below_average", {"window": 20}, 19),
        ("trailing_stop", {}, 0),
        ("drawdown_halt", {"days": 5}, 0),
    ],
)
def test_look_back(name: str, parameters: dict[str, int], bars: int) -> None:
    assert by_name(name).look_back(parameters) == bars


@pytest.mark.parametrize(
    ("name", "changes", "bars"),
    [
        ("wma", {"window": 10}, 9),
        ("lag", {"days": 3}, 3),
        ("change", {}, 1),
        ("period_return", {"days": 60}, 60),
        ("highest", {"window": 55}, 54),
        ("volatility", {"window": 10}, 10),
        ("z_score", {"window": 10}, 9),
        ("correlation", {}, 19),
        ("absolute", {}, 0),
        ("larger_of", {}, 0),
        ("kdj", {}, 8),
        ("arithmetic", {}, 0),
        ("between", {}, 0),
        ("rising", {"days": 4}, 4),
        ("falling", {"days": 4}, 4),
        ("true_for_days", {"days": 4}, 3),
        ("top_n", {}, 0),
    ],
)
def test_look_back_of_indicators_and_conditions(name: str, changes: dict[str, int], bars: int) -> None:
    template = by_name(name)
    assert template.look_back({**template.default_parameters, **changes}) == bars


def test_look_back_needs_resolved_parameters() -> None:
    for name in ("sma", "atr_stop"):
        with pytest.raises(TypeError):
            by_name(name).look_back({"window": "20"})


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
