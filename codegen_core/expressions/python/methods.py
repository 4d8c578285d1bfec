"""What may be called in a Python expression: methods of frames, days and windows, and functions of numpy.

Each entry can neither look ahead nor leave the day but by a window, a lag or a fill from earlier days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from codegen_core.expressions.formula import Kind, Limit
from codegen_core.safety.library import words


class Sort(Enum):
    """What an argument is."""

    NUMBER = "a number"
    OTHER = "a series or a number"
    FRAME = "a series"
    CONDITION = "a condition"
    FLAG = "True or False"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument; ``default`` is written where it is left out, None: it may be left out.

    Attributes:
        by_name: Whether it is written with its name, and so may be given only by it.
    """

    name: str
    sort: Sort = Sort.NUMBER
    limit: Limit = Limit.ANY
    required: bool = True
    by_name: bool = False
    default: int | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A method by its arguments.

    Attributes:
        gives: What it gives; None: what it is called on.
        axis: The ``axis`` that must be given (0 or 1); None: there is none.
        extra: Arguments that are always written.
        reach: How far back it reads by its first argument, a key of ``REACHES``; "" where it doesn't.
        one_of: Whether exactly one of the arguments that aren't flags is given, and names the reach.
    """

    arguments: tuple[Argument, ...] = ()
    gives: Kind | None = None
    axis: int | None = None
    extra: str = ""
    reach: str = ""
    one_of: bool = False


_MIN_PERIODS = Argument("min_periods", limit=Limit.COUNT, required=False, by_name=True)
_OTHER = Argument("other", Sort.OTHER)
_CHOICE = (Argument("cond", Sort.CONDITION), Argument("other", Sort.OTHER, required=False))
_FRACTION = Argument("q", limit=Limit.FRACTION)
_EWM = (
    Argument("com", limit=Limit.CENTRE, required=False, by_name=True),
    Argument("span", limit=Limit.SPAN, required=False, by_name=True),
    Argument("halflife", limit=Limit.HALF_LIFE, required=False, by_name=True),
    Argument("alpha", limit=Limit.WEIGHT, required=False, by_name=True),
    Argument("adjust", Sort.FLAG, required=False, by_name=True),
)
_RANK = (
    Argument("ascending", Sort.FLAG, required=False, by_name=True),
    Argument("pct", Sort.FLAG, required=False, by_name=True),
)


def _alike(names: str, method: Method) -> dict[str, Method]:
    return dict.fromkeys(names.split(), method)


SERIES_METHODS: Mapping[str, Method] = {
    "shift": Method((Argument("periods", limit=Limit.SHIFT, required=False, default=1),), reach="lag"),
    "diff": Method((Argument("periods", limit=Limit.LAG, required=False, default=1),), reach="lag"),
    "pct_change": Method(
        (Argument("periods", limit=Limit.LAG, required=False, default=1),), extra="fill_method=None", reach="lag"
    ),
    "rolling": Method((Argument("window", limit=Limit.WINDOW), _MIN_PERIODS), Kind.WINDOW, reach="window"),
    "expanding": Method(gives=Kind.WINDOW),
    "ewm": Method(_EWM, Kind.WINDOW, one_of=True),
    "clip": Method((Argument("lower"), Argument("upper"))),
    "fillna": Method((Argument("value"),)),
    "where": Method(_CHOICE),
    "mask": Method(_CHOICE),
    **_alike("abs ffill cumsum cumprod cummax cummin", Method()),
    **_alike("isna notna", Method(gives=Kind.TRUTH)),
    **_alike("add sub mul div pow", Method((_OTHER,))),
    **_alike("gt ge lt le eq ne", Method((_OTHER,), Kind.TRUTH)),
}
"""Methods of a series, and of a value a day."""

ACROSS_METHODS: Mapping[str, Method] = {
    **_alike("mean median std var sum min max count skew kurt", Method(gives=Kind.DAY, axis=1)),
    "quantile": Method((_FRACTION,), Kind.DAY, axis=1),
    "rank": Method(_RANK, axis=1),
}
"""Methods of a series that look across a day's instruments: ``axis=1`` must be given, or they would look ahead."""

WINDOW_METHODS: Mapping[str, Method] = {
    **_alike("mean std var", Method()),
    **_alike("median sum min max count skew kurt", Method()),
    "quantile": Method((_FRACTION,)),
    "rank": Method((Argument("pct", Sort.FLAG, required=False, by_name=True),)),
    **_alike("corr cov", Method((Argument("other", Sort.FRAME),))),
}
"""Methods of a window; each gives what the window is of."""

EWM_METHODS = words("mean std var")
JOINING = words("add sub mul div pow gt ge lt le eq ne")
"""Methods that join a series with another, with a number, or under ``axis=0`` with a value a day."""

UNARY = words("abs sign sqrt square log log1p log2 log10 exp expm1 floor ceil tanh sin cos arctan")
BINARY = words("maximum minimum fmax fmin")
"""Functions of numpy, by how many arguments they take."""
