"""Random expressions in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

Draw = Any
FIELDS = ("$open", "$high", "$low", "$close", "$volume", "$vwap")
ROLLING = (
    "Mean", "Sum", "Std", "Var", "Max", "Min", "Med", "Mad", "Rank", "Count", "EMA", "WMA", "Ref", "Delta", "Slope",
    "Rsquare", "Resi", "IdxMax", "IdxMin", "Skew", "Kurt",
)  # fmt: skip
LEAST = {"Skew": 3, "Kurt": 4, "Slope": 2, "Rsquare": 2, "Resi": 2, "Std": 2, "Var": 2}
SIGNS = ("+", "-", "*", "/")
RELATIONS = (">", ">=", "<", "<=", "==", "!=")


def _number(draw: Draw) -> str:
    return repr(draw(st.sampled_from([0, 1, 2, 0.5, 1.5, 100, 1e-12, 0.01])))


def _days(draw: Draw, least: int = 1) -> int:
    return int(draw(st.integers(least, 15)))


def qlib_series(draw: Draw, ports: Sequence[str], depth: int) -> str:
    """Returns an expression in Qlib's syntax over ``{port}``s and fields."""
    if depth == 0:
        return str(draw(st.sampled_from([*(f"{{{port}}}" for port in ports), *FIELDS])))
    first, second = (qlib_series(draw, ports, draw(st.integers(0, depth - 1))) for _ in range(2))
    match draw(st.sampled_from(["rolling", "rolling", "sign", "sign", "number", "pair", "plain", "choice", "two"])):
        case "rolling":
            name = draw(st.sampled_from(ROLLING))
            return f"{name}({first}, {_days(draw, LEAST.get(name, 1))})"
        case "sign":
            return f"({first} {draw(st.sampled_from(SIGNS))} {second})"
        case "number":
            return f"({first} {draw(st.sampled_from(SIGNS))} {_number(draw)})"
        case "pair":
            return f"{draw(st.sampled_from(['Corr', 'Cov']))}({first}, {second}, {_days(draw, 2)})"
        case "plain":
            return f"{draw(st.sampled_from(['Abs', 'Log', 'Sign']))}({first})"
        case "choice":
            return f"If({qlib_condition(draw, ports, depth - 1)}, {first}, {second})"
    return f"{draw(st.sampled_from(['Greater', 'Less']))}({first}, {second})"


def qlib_condition(draw: Draw, ports: Sequence[str], depth: int) -> str:
    """Returns a condition in Qlib's syntax."""
    first, second = (qlib_series(draw, ports, max(depth - 1, 0)) for _ in range(2))
    test = f"({first} {draw(st.sampled_from(RELATIONS[:4]))} {second})"
    match draw(st.integers(0, 5)) if depth > 0 else 5:
        case 0:
            return f"And({test}, {qlib_condition(draw, ports, depth - 1)})"
        case 1:
            return f"Or({test}, {qlib_condition(draw, ports, depth - 1)})"
        case 2:
            return f"Not{test}"
    return test


WINDOWS = ("mean", "std", "var", "median", "sum", "min", "max", "count", "skew", "kurt")
ACROSS = ("mean", "median", "std", "min", "max", "sum", "count")


def python_series(draw: Draw, ports: Sequence[str], depth: int) -> str:
    """Returns an expression in Python over ``{port}``s."""
    if depth == 0:
        return f"{{{draw(st.sampled_from(ports))}}}"
    first, second = (python_series(draw, ports, draw(st.integers(0, depth - 1))) for _ in range(2))
    kinds = ["sign", "number", "window", "lag", "ewm", "across", "rank", "function", "two", "choice", "fill", "joint"]
    match draw(st.sampled_from(kinds)):
        case "sign":
            return f"({first} {draw(st.sampled_from(SIGNS))} {second})"
        case "number":
            return f"({_number(draw)} {draw(st.sampled_from(SIGNS))} {first})"
        case "window":
            least = draw(st.sampled_from(["", ", min_periods=2"]))
            return f"{first}.rolling({_days(draw, 4)}{least}).{draw(st.sampled_from(WINDOWS))}()"
        case "lag":
            return f"{first}.{draw(st.sampled_from(['shift', 'diff', 'pct_change']))}({_days(draw)})"
        case "ewm":
            return f"{first}.ewm(span={_days(draw, 2)}).{draw(st.sampled_from(['mean', 'std']))}()"
        case "across":
            return f"{first}.sub({second}.{draw(st.sampled_from(ACROSS))}(axis=1), axis=0)"
        case "rank":
            return f"{first}.rank(axis=1{draw(st.sampled_from(['', ', pct=True', ', ascending=False']))})"
        case "function":
            return f"{draw(st.sampled_from(['abs', 'sqrt', 'log', 'sign', 'floor', 'tanh']))}({first})"
        case "two":
            return f"{draw(st.sampled_from(['maximum', 'minimum']))}({first}, {second})"
        case "choice":
            return f"where({python_condition(draw, ports, depth - 1)}, {first}, {second})"
        case "fill":
            return f"{first}.{draw(st.sampled_from(['ffill()', 'fillna(0)', 'abs()', 'cumsum()', 'clip(-1, 30)']))}"
    return f"{first}.rolling({_days(draw, 3)}).{draw(st.sampled_from(['corr', 'cov']))}({second})"


def python_condition(draw: Draw, ports: Sequence[str], depth: int) -> str:
    """Returns a condition in Python."""
    first, second = (python_series(draw, ports, max(depth - 1, 0)) for _ in range(2))
    test = f"({first} {draw(st.sampled_from(RELATIONS[:4]))} {second})"
    match draw(st.integers(0, 5)) if depth > 0 else 5:
        case 0:
            return f"({test} & {python_condition(draw, ports, depth - 1)})"
        case 1:
            return f"({test} | {python_condition(draw, ports, depth - 1)})"
        case 2:
            return f"(~{test})"
    return test
