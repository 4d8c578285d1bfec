"""What declarations share: fields, windows, the usual ports, and look-backs as sums over parameters."""

from __future__ import annotations

from collections.abc import Callable

from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import InputPort, OutputPort, Parameters, PortType, Text
from codegen_core.nodes.schema import Parameter

FIELDS: tuple[str, ...] = ("open", "high", "low", "close", "volume", "vwap")
LONGEST_WINDOW = 1000

VALUE = (OutputPort("value", PortType.SERIES),)
INPUT = InputPort("input", (PortType.SERIES,), required=False, fallback="field")
OTHER = InputPort("other", (PortType.SERIES,), required=False, fallback="other_field")

LookBack = Callable[[Parameters], int]

_FIELD_HELP = Text(
    "The daily field that is read while no input is connected; prices are adjusted.",
    "未连接输入时读取的日线字段；价格为复权价。",
)
_WINDOW_HELP = Text("How many trading days are looked at, the current one included.", "所考察的交易日数，含当日。")
_OWN_BARS_HELP = Text(
    "How many of the instrument's own bars are looked at; days without trading do not count.",
    "所考察的该标的自身 K 线数；停牌日不计。",
)


def field(default: str = "close", explanation: Text = _FIELD_HELP) -> Parameter:
    """Returns the parameter that names a field while the port ``input`` is open."""
    return _field("field", Text("Field", "字段"), explanation, default)


def other_field(default: str) -> Parameter:
    """Returns the parameter that names a field while the port ``other`` is open."""
    return _field("other_field", Text("Other field", "另一字段"), _FIELD_HELP, default)


def window(default: int = 20, minimum: int = 1, explanation: Text = _WINDOW_HELP) -> Parameter:
    """Returns a window in trading days."""
    return whole_number("window", Text("Window (days)", "窗口（天）"), explanation, default, minimum)


def own_window(default: int, minimum: int = 1) -> Parameter:
    """Returns a window in the instrument's own bars."""
    return bars("window", Text("Window (bars)", "窗口（K 线数）"), default, minimum)


def bars(name: str, title: Text, default: int, minimum: int = 1, explanation: Text = _OWN_BARS_HELP) -> Parameter:
    """Returns a number of the instrument's own bars."""
    return whole_number(name, title, explanation, default, minimum)


def days(title: Text, explanation: Text, default: int) -> Parameter:
    """Returns the parameter ``days``."""
    return whole_number("days", title, explanation, default)


def whole_number(name: str, title: Text, explanation: Text, default: int, minimum: int = 1) -> Parameter:
    """Returns a count from ``minimum`` to the longest window."""
    limits: dict[str, JsonValue] = {"type": "integer", "minimum": minimum, "maximum": LONGEST_WINDOW}
    return Parameter(name, title, explanation, limits, default)


def bars_before(count: Callable[..., int], *names: str) -> LookBack:
    """Returns a look-back: ``count`` of the values of the parameters ``names``."""

    def look_back(parameters: Parameters) -> int:
        return count(*(_whole(parameters[name]) for name in names))

    return look_back


LESS_ONE: LookBack = bars_before(lambda window: window - 1, "window")
"""n - 1 bars for a window of n.

For a rolling operator that is exact. For an exponential one, which never forgets, it is the convention of TA-Lib's
look-back without an unstable period: after it the first n bars all have their weight.
"""

WHOLE_WINDOW: LookBack = bars_before(lambda window: window, "window")
WHOLE_DAYS: LookBack = bars_before(lambda days: days, "days")


def _field(name: str, title: Text, explanation: Text, default: str) -> Parameter:
    choices: list[JsonValue] = list(FIELDS)
    return Parameter(name, title, explanation, {"type": "string", "enum": choices}, default)


def _whole(value: JsonValue) -> int:
    if not isinstance(value, int):
        raise TypeError("the windows of a resolved node are ints")
    return value
