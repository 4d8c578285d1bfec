"""Every problem code: its layer, its severity and its sentence in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial

from codegen_core.nodes.declaration import Text
from codegen_core.problems import Layer, Problem, Severity


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What a code stands for; ``text`` has the placeholders that the check fills in."""

    layer: Layer
    text: Text
    severity: Severity = Severity.ERROR


def _schema(en: str, zh: str) -> CodeFacts:
    return CodeFacts(Layer.SCHEMA, Text(en, zh))


def _graph(en: str, zh: str) -> CodeFacts:
    return CodeFacts(Layer.GRAPH, Text(en, zh))


def _type(en: str, zh: str) -> CodeFacts:
    return CodeFacts(Layer.TYPE, Text(en, zh))


def _parameter(en: str, zh: str) -> CodeFacts:
    return CodeFacts(Layer.PARAMETER, Text(en, zh))


def _semantic(en: str, zh: str, severity: Severity = Severity.ERROR) -> CodeFacts:
    return CodeFacts(Layer.SEMANTIC, Text(en, zh), severity)


class Code(Enum):
    """The codes; the member's name is what callers see and never changes."""

    WRONG_TYPE = _schema("{field} must be {expected}.", "{field} 必须是{expected}。")
    MISSING_FIELD = _schema("{field} is missing.", "缺少 {field}。")
    TOO_LONG = _schema("{field} is longer than {limit} characters.", "{field} 超过 {limit} 个字符。")
    TOO_DEEP = _schema("{field} is nested more than {limit} levels deep.", "{field} 嵌套超过 {limit} 层。")
    TOO_MANY_NODES = _schema("A flow has at most {limit} nodes.", "一个流程最多 {limit} 个节点。")
    TOO_MANY_EDGES = _schema("A flow has at most {limit} edges.", "一个流程最多 {limit} 条连线。")
    DUPLICATE_NODE_ID = _schema("More than one node has the id '{node}'.", "多个节点使用了同一 id“{node}”。")
    DUPLICATE_EDGE_ID = _schema("More than one edge has the id '{edge}'.", "多条连线使用了同一 id“{edge}”。")
    UNKNOWN_NODE_TYPE = _schema("'{type}' is no kind of node.", "“{type}”不是已知的节点类型。")
    UNKNOWN_TEMPLATE = _schema("There is no node template '{template}'.", "不存在节点模板“{template}”。")
    NODE_TYPE_MISMATCH = _schema(
        "The node's type differs from that of its template {template}.", "节点类型与其模板 {template} 的类型不一致。"
    )

    UNKNOWN_NODE = _graph(
        "The edge refers to a node '{node}' that the flow doesn't have.", "连线引用了流程中不存在的节点“{node}”。"
    )
    SELF_LOOP = _graph("The edge connects node '{node}' with itself.", "连线将节点“{node}”连到了自身。")
    DUPLICATE_EDGE = _graph("The edge repeats edge '{other}'.", "该连线与连线“{other}”重复。")
    CYCLE = _graph("The nodes form a cycle: {path}.", "节点构成环路：{path}。")
    INPUT_TAKEN = _graph(
        "Input '{port}' takes one edge and already has '{other}'.", "输入端口“{port}”只接受一条连线，已连接“{other}”。"
    )
    MISSING_INPUT = _graph("Input '{port}' must be connected.", "输入端口“{port}”必须连接。")

    UNKNOWN_HANDLE = _type("Node '{node}' has no port '{port}' there.", "节点“{node}”在此处没有端口“{port}”。")
    TYPE_MISMATCH = _type(
        "These ports don't fit: what goes out isn't what comes in.", "端口不匹配：输出类型与输入类型不符。"
    )
    AMBIGUOUS_EDGE = _type(
        "More than one pair of ports fits; the edge must name its handles.",
        "有多对端口可以匹配；连线必须指明所用端口。",
    )
    QLIB_INPUT_REQUIRED = _type(
        "{template} is a Qlib operator and takes only fields and Qlib expressions.",
        "{template} 是 Qlib 算子，只接受行情字段或 Qlib 表达式。",
    )

    UNKNOWN_PARAMETER_NODE = _parameter(
        "There are parameters for a node '{node}' that the flow doesn't have.",
        "为流程中不存在的节点“{node}”提供了参数。",
    )
    UNKNOWN_PARAMETER = _parameter("{template} has no parameter '{name}'.", "{template} 没有参数“{name}”。")
    MISSING_PARAMETER = _parameter("Parameter '{name}' needs a value.", "参数“{name}”需要取值。")
    INPUT_OR_PARAMETER_REQUIRED = _parameter(
        "Connect input '{port}' or set parameter '{name}'.", "请连接输入端口“{port}”，或设置参数“{name}”。"
    )
    PARAMETER_TYPE = _parameter("Parameter '{name}' must be {expected}.", "参数“{name}”必须是{expected}。")
    PARAMETER_CHOICE = _parameter(
        "Parameter '{name}' must be one of {expected}.", "参数“{name}”必须是以下之一：{expected}。"
    )
    PARAMETER_RANGE = _parameter("Parameter '{name}' must be {expected}.", "参数“{name}”必须 {expected}。")
    PARAMETER_LENGTH = _parameter("Parameter '{name}' must have {expected}.", "参数“{name}”必须有 {expected}。")
    PARAMETER_PATTERN = _parameter("Parameter '{name}' must match {expected}.", "参数“{name}”必须匹配 {expected}。")
    PARAMETER_NOT_FINITE = _parameter("Parameter '{name}' must be a finite number.", "参数“{name}”必须是有限数值。")
    PARAMETER_INVALID = _parameter(
        "Parameter '{name}' breaks the rule '{rule}' of its schema.", "参数“{name}”不符合其模式的规则“{rule}”。"
    )

    EXPRESSION_INVALID = _parameter(
        "The expression can't be used, at character {position}: {reason}",
        "表达式无法使用，第 {position} 个字符：{reason}",
    )
    LOOK_AHEAD = _parameter(
        "The expression looks ahead, at character {position}: {reason}",
        "表达式使用了未来数据，第 {position} 个字符：{reason}",
    )
    UNKNOWN_FACTOR = _parameter("There is no factor '{factor}' of {source}.", "{source} 中没有因子“{factor}”。")
    OPTIONS_REFUSED = _parameter(
        "TA-Lib's {function} doesn't take these options together.", "TA-Lib 的 {function} 不接受这些选项的组合。"
    )
    NO_EXPRESSION = _parameter(
        "The template {template} has no expression, so there is nothing to run.",
        "模板 {template} 没有表达式，无法运行。",
    )

    EMPTY_FLOW = _semantic("The flow has no nodes.", "流程中没有节点。")
    NO_POSITION = _semantic("The flow needs a POSITION node.", "流程需要一个 POSITION 节点。")
    MANY_POSITIONS = _semantic("The flow may have only one POSITION node.", "流程只能有一个 POSITION 节点。")
    NO_ENTRY = _semantic("Nothing ever buys: the POSITION has no entry.", "没有任何买入：POSITION 没有入场信号。")
    EXPRESSION_TOO_LARGE = _semantic(
        "With its inputs composed into it, the Qlib expression has more than {length} characters or {depth} nested "
        "brackets.",
        "该 Qlib 表达式组合其输入之后超过 {length} 个字符或 {depth} 层括号。",
    )
    NO_EXIT = _semantic(
        "Nothing ever sells: there is no exit signal and no stop.",
        "没有任何卖出：既无离场信号，也无止损止盈。",
        Severity.WARNING,
    )
    DISCONNECTED_NODE = _semantic("The node takes no part in the strategy.", "该节点未参与策略。", Severity.WARNING)
    SIGNAL_NOT_USED = _semantic("The signal leads to no POSITION.", "该信号未连接到 POSITION。", Severity.WARNING)
    RULE_WITHOUT_EFFECT = _semantic(
        "The rule binds nothing: the flow has no exit of the kind that it is about.",
        "该规则不起作用：流程中没有它所约束的离场方式。",
        Severity.WARNING,
    )
    SCORE_NOT_READ = _semantic(
        "The score of this buy is not read: {template} ranks by its own.",
        "此买入节点的得分不会被读取：{template} 按自身的得分排序。",
        Severity.WARNING,
    )
    CONSTANT_CONDITION = _semantic(
        "The condition never changes: {reason}.", "该条件恒定不变：{reason}。", Severity.WARNING
    )
    CONTRADICTORY_CONDITIONS = _semantic(
        "The conditions '{first}' and '{second}' are never true at once.",
        "条件“{first}”与“{second}”不可能同时为真。",
        Severity.WARNING,
    )
    ENTRY_EQUALS_EXIT = _semantic(
        "'{entry}' and '{exit}' mark the same instruments on the same days, so nothing of it is bought.",
        "“{entry}”与“{exit}”在同一天标记相同标的，因此不会买入。",
        Severity.WARNING,
    )


Say = Callable[..., Problem]
"""``say(code, node_id=…, field=…, facts=…)``: a problem in the caller's language."""


def problem(
    language: str,
    code: Code,
    *,
    node_id: str | None = None,
    edge_id: str | None = None,
    field: str | None = None,
    expected: str | None = None,
    received: str | None = None,
    **facts: object,
) -> Problem:
    """Returns a problem with its sentence filled in from ``facts``, ``field`` and ``expected``."""
    text = code.value.text.in_language(language)
    return Problem(
        severity=code.value.severity,
        layer=code.value.layer,
        code=code.name,
        message=text.format(field=field, expected=expected, **facts),
        node_id=node_id,
        edge_id=edge_id,
        field=field,
        expected=expected,
        received=received,
    )


def speaker(language: str) -> Say:
    """Returns ``problem`` bound to a language."""
    return partial(problem, language)
