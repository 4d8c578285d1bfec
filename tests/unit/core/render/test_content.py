"""What generated code holds, and what it leaves out."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from codegen_core.flow.model import ResolvedFlow
from codegen_core.render import EmbeddedFlowError, code_hash, embed, generate, recover
from codegen_core.render.canonical import canonical_flow
from codegen_core.safety import analyse
from codegen_core.standalone import main_block
from tests.golden.flows import FLOWS, resolved
from tests.golden.trading_flows import TRADING_FLOWS
from tests.unit.core.drawing import edge, find, node
from tests.unit.core.gathering import Gathering


def _flow(name: str) -> ResolvedFlow:
    return resolved(FLOWS[name]())


def _functions(code: str) -> set[str]:
    return {each.name for each in ast.walk(ast.parse(code)) if isinstance(each, ast.FunctionDef)}


def test_only_what_the_flow_uses() -> None:
    least, crowded = generate(_flow("least")).code, generate(_flow("crowded")).code
    helpers = {
        "all_of",
        "any_of",
        "crosses_above",
        "crosses_below",
        "previous",
        "highest_score",
        "update_average_price",
    }
    assert not _functions(least) & helpers
    assert helpers <= _functions(crowded)
    assert "self.exit" not in least.split("__main__")[0].replace("self.exits", "").replace("self.exit_reason", "")
    assert "self.score" not in least


def test_a_chain_of_indicators_is_one_expression() -> None:
    code = generate(_flow("ranked")).code
    assert 'f"Mean(EMA($volume,{self.ema_window:d}),{self.sma_window:d})"' in code
    assert "- 均线的均线: Simple moving average, Mean(EMA($volume,5),20)" in code
    assert 'self.panel(features["ema"])' not in code


def test_an_indicator_read_twice_is_also_a_column_of_its_own() -> None:
    code = generate(_flow("crowded")).code
    assert 'f"EMA($close,{self.' in code
    assert 'f"Mean(EMA($close,{self.' in code


def test_the_close_is_read_once() -> None:
    code = generate(_flow("least")).code
    assert code.count('"$close",') == 2  # among the expressions, and as the column's name
    assert "price = self.close" in code


def test_parameters_are_keyword_arguments_with_the_flows_values() -> None:
    tree = ast.parse(generate(_flow("double_moving_average")).code)
    (init,) = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
    names = [argument.arg for argument in init.args.kwonlyargs]
    defaults = [ast.literal_eval(default) for default in init.args.kw_defaults if default is not None]
    assert dict(zip(names, defaults, strict=True)) == {
        "pool": "csi300",
        "fast_average_window": 5,
        "slow_average_window": 20,
        "holdings_max_positions": 10,
        "holdings_rebalance_days": 0,
        "stop_loss_percent": 0.05,
        "take_profit_percent": 0.1,
    }


def test_a_parameter_that_an_input_stands_in_for_is_none() -> None:
    drawn = FLOWS["least"]()
    drawn["nodes"].append(node("average", "sma", window=7))
    drawn["edges"].append(edge("average", "cheap.right"))
    code = generate(resolved(drawn)).code
    assert "compare_value" not in code
    assert "known(price < sma, price, sma)" in code


def test_an_integer_where_a_number_is_meant_changes_nothing() -> None:
    drawn, again = FLOWS["least"](), FLOWS["least"]()
    find(again, "cheap")["data"]["parameters"]["value"] = 10.0
    assert generate(resolved(drawn)) == generate(resolved(again))


def test_warmup_comes_with_the_module() -> None:
    flow = _flow("double_moving_average")
    assert generate(flow).warmup_bars == flow.warmup_bars == 20


def test_the_main_block_is_the_same_for_every_flow() -> None:
    for name in FLOWS:
        code = generate(_flow(name)).code
        assert f"\n\n\n{main_block()}\n\n# The flow" in code


def test_the_main_block_needs_nothing_of_ours() -> None:
    imported = {
        alias.name if isinstance(each, ast.Import) else str(each.module)
        for each in ast.walk(ast.parse(main_block()))
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    }
    assert imported == {
        "argparse", "json", "sys", "qlib", "qlib.data", "qlib.backtest", "qlib.backtest.executor",
    }  # fmt: skip


def test_a_flow_without_a_position_is_refused() -> None:
    flow = _flow("least")
    with pytest.raises(ValueError, match="one position"):
        generate(replace(flow, nodes=flow.nodes[:-1]))


def test_a_flow_without_an_entry_is_refused() -> None:
    flow = _flow("least")
    bare = replace(flow.nodes[-1], inputs={})
    with pytest.raises(ValueError, match="an entry"):
        generate(replace(flow, nodes=(*flow.nodes[:-1], bare)))


def test_a_field_that_is_no_name_is_refused() -> None:
    flow = _flow("least")
    wrong = replace(flow.nodes[0], parameters={"field": "close)+Ref($close,-1"})
    with pytest.raises(ValueError, match="no name of a field"):
        generate(replace(flow, nodes=(wrong, *flow.nodes[1:])))


def test_the_hash_covers_code_and_flow() -> None:
    flow = _flow("least")
    module, canonical = generate(flow), canonical_flow(flow)
    assert module.code_hash == code_hash(module.code, canonical)
    assert module.code_hash == code_hash(module.code.replace("\n", "\r\n"), canonical)
    assert module.code_hash != code_hash(module.code + "x = 1\n", canonical)
    assert module.code_hash != code_hash(module.code, canonical | {"edges": []})


def test_the_flow_comes_back_also_through_other_line_ends() -> None:
    flow = canonical_flow(_flow("crowded"))
    code = generate(_flow("crowded")).code
    assert recover(code) == recover(code.replace("\n", "\r\n")) == recover("x = 1\n" + embed(flow)) == flow


@pytest.mark.parametrize(
    "spoil",
    [
        lambda code: code.replace("crosses_above", "crosses_below"),
        lambda code: code[: code.rindex("# |")],
        lambda code: code + "x = 1\n",
        lambda code: code.split("# The flow that")[0],
    ],
)
def test_a_changed_flow_is_refused(spoil: object) -> None:
    code = generate(_flow("double_moving_average")).code
    with pytest.raises(EmbeddedFlowError):
        recover(spoil(code))  # type: ignore[operator]  # one of the functions above


def _generated(gathering: Gathering) -> str:
    return generate(resolved(gathering.finished())).code


def test_an_output_that_nobody_reads_has_no_name() -> None:
    drawn = FLOWS["least"]()
    drawn["nodes"].append(node("m", "macd"))
    drawn["edges"] = [each for each in drawn["edges"] if each["target"] != "cheap"] + [edge("m.signal", "cheap.left")]
    code = generate(resolved(drawn | {"nodes": drawn["nodes"][1:]})).code
    assert "_, macd_signal, _ = on_own_bars(" in code


def test_a_field_is_read_once_however_many_nodes_read_it() -> None:
    gathering = Gathering()
    gathering.add("high", "price", field="high")
    gathering.add("atr", "atr")
    gathering.add("rsi", "rsi", field="high")
    gathering.add("highest", "highest")
    code = _generated(gathering)
    assert code.count('"$high",') == 2  # among the expressions, and as the column's name
    assert code.count('self.panel(features["$high"])') == 1
    assert "price = self.high" in code
    assert "rsi = on_own_bars(talib.RSI, self.high, timeperiod=self.rsi_window)" in code
    assert 'f"Max($high,{self.highest_window:d})"' in code


def test_division_alone_needs_its_helper() -> None:
    for operator, helped in (("/", True), ("*", False)):
        gathering = Gathering()
        gathering.add("close", "price")
        gathering.add("half", "arithmetic", connect={"left": "close"}, operator=operator, value=2)
        assert ("divided" in _functions(_generated(gathering))) is helped


def test_what_an_operator_follows_is_composed_in_brackets() -> None:
    gathering = Gathering()
    gathering.add("gain", "period_return", days=5)
    gathering.add("gain_of_gain", "period_return", connect={"input": "gain"}, days=3)
    gathering.add("mean", "sma", connect={"input": "gain"}, window=4)
    gathering.add("score", "z_score", connect={"input": "mean"}, window=6)
    code = _generated(gathering)
    assert "($close/Ref($close,5)-1)/Ref($close/Ref($close,5)-1,3)-1" in code
    assert "Mean($close/Ref($close,5)-1,4)" in code
    mean = "Mean($close/Ref($close,5)-1,4)"
    assert f"({mean}-Mean({mean},6))/Std({mean},6)" in " ".join(code.split())


def test_a_long_formula_is_told_over_labels() -> None:
    gathering = Gathering()
    gathering.add("n0", "z_score")
    for number in range(1, 5):
        gathering.add(f"n{number}", "z_score", connect={"input": f"n{number - 1}"}, label=f"Score {number}")
    assert "- Score 4: Z-score, (Score 3-Mean(Score 3,20))/Std(Score 3,20)" in _generated(gathering)


@pytest.mark.parametrize("name", ["fixed_amount", "inverse_volatility", "score_weighted", "top_k", "top_k_marked"])
def test_state_is_kept_for_the_rules_that_need_it_alone(name: str) -> None:
    code = generate(_flow(name)).code.split("__main__")[0]
    used_by = {
        "entry_row": {"fixed_amount", "inverse_volatility", "top_k_marked"},
        "armed": {"fixed_amount"},
        "stop_row": {"inverse_volatility", "top_k_marked"},
        "peaks": {"score_weighted", "top_k_marked"},
        "panels": {"inverse_volatility", "score_weighted"},
        "score": {"score_weighted", "top_k", "top_k_marked"},
        "candidates": {"top_k", "top_k_marked"},
        "trimmed": {"fixed_amount"},
    }
    for attribute, flows in used_by.items():
        assert (f"self.{attribute}" in code) is (name in flows), attribute


def test_a_rule_that_binds_nothing_is_left_out() -> None:
    drawn = FLOWS["least"]()
    drawn["nodes"] += [node("rest", "cooldown"), node("young", "min_holding_days")]
    drawn["edges"] += [edge("holdings", "rest"), edge("holdings", "young")]
    module = generate(resolved(drawn))
    assert module.node_lines.keys() == generate(_flow("least")).node_lines.keys()
    assert module.code.split("# The flow that")[0] == generate(_flow("least")).code.split("# The flow that")[0]


def test_a_score_that_is_not_read_is_left_out() -> None:
    drawn = FLOWS["top_k_marked"]()
    drawn["nodes"].append(node("only_here", "ema", window=33))
    next(each for each in drawn["edges"] if each["id"] == "close>enter.score")["source"] = "only_here"
    assert "only_here" not in generate(resolved(drawn)).node_lines


def _many_rules(count: int) -> ResolvedFlow:
    drawn = FLOWS["least"]()
    drawn["nodes"] += [node(f"trail_{number:02d}", "trailing_profit") for number in range(count)]
    drawn["nodes"] += [node(f"sell_{number:02d}", "sell") for number in range(count)]
    drawn["edges"] += [edge("holdings", f"trail_{number:02d}") for number in range(count)]
    drawn["edges"] += [edge("cheap", f"sell_{number:02d}") for number in range(count)]
    drawn["edges"] += [edge(f"sell_{number:02d}", "holdings.exit") for number in range(count)]
    return resolved(drawn)


def test_many_exit_rules_are_dealt_out_to_methods() -> None:
    module = generate(_many_rules(20))
    complexity = analyse(module.code).complexity
    assert complexity.passed, complexity
    reasons = [name for name in _functions(module.code) if name.startswith("exit_reason")]
    assert len(reasons) == 7  # 20 rules of three decisions by fours, and 20 of one by twelves
    assert len(module.node_lines) == 44
    assert "exit_reason_2" not in _functions(generate(_many_rules(3)).code)


def test_few_exit_rules_stay_together() -> None:
    code = generate(_flow("fixed_weight")).code
    assert [name for name in _functions(code) if name.startswith("exit_reason")] == ["exit_reason"]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "Buys on Compare, Crosses above, the best by Return over days; sells on Crosses below.",
                "- Halt on drawdown: the account was 20% or more below its peak on the day before; nothing is",
                "- Longest holding time: it has been held for 20 trading days",
                "- Top k with dropout: with the best candidates it ranks among the 2 last by Return over days",
                "- Top k with dropout: 1/5 of the account each, the 5 best by Return over days, at most 2 dropped a",
                "- Cooldown after a stop: what a stop sold isn't bought again for 5 trading days after the sale",
            ],
        ),
        (
            "zh",
            [
                "- 回撤熔断：前一日账户价值较峰值回撤 20% 或更多；此后不再买入",
                "- 最长持有天数：已持有 20 个交易日",
                "- 止损止盈后冷却：因止损止盈卖出的标的，卖出后 5 个交易日内不再买入",
            ],
        ),
    ],
)
def test_the_docstring_says_in_words_what_is_traded(language: str, sentences: list[str]) -> None:
    lines = (ast.get_docstring(ast.parse(generate(_flow("top_k_marked"), language).code)) or "").splitlines()
    assert set(sentences) <= set(lines), lines


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_has_words(language: str) -> None:
    for name in TRADING_FLOWS:
        docstring = ast.get_docstring(ast.parse(generate(_flow(name), language).code)) or ""
        bullets = [line for line in docstring.splitlines() if line.startswith("- ")]
        assert all(not line.endswith((": ", "：", ":")) for line in bullets), bullets


def test_a_rotation_alone_says_what_it_holds() -> None:
    code = generate(_flow("top_k")).code
    assert code.startswith('"""Holds the best by Return over days.')
    assert "Bought is what has a score, the highest first, then by code." in code
