"""The factors of Qlib's two public sets by name, as their papers' formulas in Qlib's language."""

from __future__ import annotations

import re

_BODY, _RANGE = "($close-$open)", "($high-$low+1e-12)"
_UPPER, _LOWER, _SHIFT = "($high-Greater($open, $close))", "(Less($open, $close)-$low)", "(2*$close-$high-$low)"
_BARS = {
    "KMID": f"{_BODY}/$open",
    "KLEN": "($high-$low)/$open",
    "KMID2": f"{_BODY}/{_RANGE}",
    "KUP": f"{_UPPER}/$open",
    "KUP2": f"{_UPPER}/{_RANGE}",
    "KLOW": f"{_LOWER}/$open",
    "KLOW2": f"{_LOWER}/{_RANGE}",
    "KSFT": f"{_SHIFT}/$open",
    "KSFT2": f"{_SHIFT}/{_RANGE}",
    "OPEN0": "$open/$close",
    "HIGH0": "$high/$close",
    "LOW0": "$low/$close",
    "VWAP0": "$vwap/$close",
}
_MOVE = "Abs($close/Ref($close, 1)-1)*$volume"


def _gains(field: str) -> dict[str, str]:
    """Shares of rises and of falls in all movement."""
    step, back, total = (
        f"{field}-Ref({field}, 1)",
        f"Ref({field}, 1)-{field}",
        f"(Sum(Abs({field}-Ref({field}, 1)), N)+1e-12)",
    )
    up, down = f"Sum(Greater({step}, 0), N)", f"Sum(Greater({back}, 0), N)"
    return {"P": f"{up}/{total}", "N": f"{down}/{total}", "D": f"({up}-{down})/{total}"}


_WINDOWED = {
    "ROC": "Ref($close, N)/$close",
    "MA": "Mean($close, N)/$close",
    "STD": "Std($close, N)/$close",
    "BETA": "Slope($close, N)/$close",
    "RSQR": "Rsquare($close, N)",
    "RESI": "Resi($close, N)/$close",
    "MAX": "Max($high, N)/$close",
    "MIN": "Min($low, N)/$close",
    "QTLU": "Quantile($close, N, 0.8)/$close",
    "QTLD": "Quantile($close, N, 0.2)/$close",
    "RANK": "Rank($close, N)",
    "RSV": "($close-Min($low, N))/(Max($high, N)-Min($low, N)+1e-12)",
    "IMAX": "IdxMax($high, N)/N",
    "IMIN": "IdxMin($low, N)/N",
    "IMXD": "(IdxMax($high, N)-IdxMin($low, N))/N",
    "CORR": "Corr($close, Log($volume+1), N)",
    "CORD": "Corr($close/Ref($close, 1), Log($volume/Ref($volume, 1)+1), N)",
    "CNTP": "Mean($close>Ref($close, 1), N)",
    "CNTN": "Mean($close<Ref($close, 1), N)",
    "CNTD": "Mean($close>Ref($close, 1), N)-Mean($close<Ref($close, 1), N)",
    **{f"SUM{kind}": text for kind, text in _gains("$close").items()},
    "VMA": "Mean($volume, N)/($volume+1e-12)",
    "VSTD": "Std($volume, N)/($volume+1e-12)",
    "WVMA": f"Std({_MOVE}, N)/(Mean({_MOVE}, N)+1e-12)",
    **{f"VSUM{kind}": text for kind, text in _gains("$volume").items()},
}
WINDOWS = (5, 10, 20, 30, 60)


def alpha158(name: str) -> str:
    """Returns a factor of Alpha158."""
    if name in _BARS:
        return _BARS[name]
    stem, window = _split(name)
    return re.sub(r"\bN\b", window, _WINDOWED[stem])


def alpha360(name: str) -> str:
    """Returns a factor of Alpha360: the field so many days ago, by today's close or volume."""
    stem, days = _split(name)
    field = f"${stem.lower()}"
    past = field if days == "0" else f"Ref({field}, {days})"
    return past + ("/($volume+1e-12)" if stem == "VOLUME" else "/$close")


def _split(name: str) -> tuple[str, str]:
    found = re.fullmatch(r"([A-Z]+)(\d+)", name)
    if found is None:
        raise KeyError(name)
    return found[1], found[2]


ALPHA158 = (*_BARS, *(f"{stem}{window}" for stem in _WINDOWED for window in WINDOWS))
ALPHA360 = tuple(
    f"{stem}{days}" for stem in ("CLOSE", "OPEN", "HIGH", "LOW", "VWAP", "VOLUME") for days in range(59, -1, -1)
)
