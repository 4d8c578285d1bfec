"""Families of Alpha158 about how price and volume move, and how they move together."""

from __future__ import annotations

from codegen_core.factors.families import Family
from codegen_core.nodes.declaration import Text

_TINY = "1e-12"
_CHANGE = "$close-Ref($close, 1)"
_MOVES = f"(Sum(Abs({_CHANGE}), @)+{_TINY})"
_GAINS, _LOSSES = f"Sum(Greater({_CHANGE}, 0), @)", "Sum(Greater(Ref($close, 1)-$close, 0), @)"
_FLOW = "$volume-Ref($volume, 1)"
_FLOWS = f"(Sum(Abs({_FLOW}), @)+{_TINY})"
_MORE, _FEWER = f"Sum(Greater({_FLOW}, 0), @)", "Sum(Greater(Ref($volume, 1)-$volume, 0), @)"
_TURBULENCE = "Abs($close/Ref($close, 1)-1)*$volume"
_UP, _DOWN = "Mean($close>Ref($close, 1), @)", "Mean($close<Ref($close, 1), @)"

MOVEMENTS = (
    Family(
        "CORR",
        "VOLUME",
        "Corr($close, Log($volume+1), @)",
        Text("Price and volume", "价量相关"),
        Text(
            "The correlation of close and log volume over the last {days} days.",
            "最近 {days} 日收盘价与对数成交量的相关系数。",
        ),
    ),
    Family(
        "CORD",
        "VOLUME",
        "Corr($close/Ref($close,1), Log($volume/Ref($volume, 1)+1), @)",
        Text("Changes of price and volume", "价量变动相关"),
        Text(
            "The correlation of the daily changes of close and volume over the last {days} days.",
            "最近 {days} 日收盘价变动与成交量变动的相关系数。",
        ),
    ),
    Family(
        "CNTP",
        "MOMENTUM",
        _UP,
        Text("Share of days up", "上涨天数占比"),
        Text("The share of the last {days} days on which the close rose.", "最近 {days} 日中收盘上涨的天数占比。"),
    ),
    Family(
        "CNTN",
        "MOMENTUM",
        _DOWN,
        Text("Share of days down", "下跌天数占比"),
        Text("The share of the last {days} days on which the close fell.", "最近 {days} 日中收盘下跌的天数占比。"),
    ),
    Family(
        "CNTD",
        "MOMENTUM",
        f"{_UP}-{_DOWN}",
        Text("Days up less days down", "涨跌天数差"),
        Text(
            "The share of days up less that of days down over the last {days} days.",
            "最近 {days} 日上涨天数占比减下跌天数占比。",
        ),
    ),
    Family(
        "SUMP",
        "MOMENTUM",
        f"{_GAINS}/{_MOVES}",
        Text("Gains in the moves", "涨幅占比"),
        Text(
            "The sum of the gains over the sum of all moves of the last {days} days, as in an RSI.",
            "最近 {days} 日涨幅之和除以总变动之和，类似 RSI。",
        ),
    ),
    Family(
        "SUMN",
        "MOMENTUM",
        f"{_LOSSES}/{_MOVES}",
        Text("Losses in the moves", "跌幅占比"),
        Text(
            "The sum of the losses over the sum of all moves of the last {days} days.",
            "最近 {days} 日跌幅之和除以总变动之和。",
        ),
    ),
    Family(
        "SUMD",
        "MOMENTUM",
        f"({_GAINS}-{_LOSSES})/{_MOVES}",
        Text("Gains less losses", "涨跌幅差"),
        Text(
            "Gains less losses over the sum of all moves of the last {days} days.",
            "最近 {days} 日涨幅减跌幅，除以总变动之和。",
        ),
    ),
)

VOLUMES = (
    Family(
        "VMA",
        "VOLUME",
        f"Mean($volume, @)/($volume+{_TINY})",
        Text("Mean volume over volume", "均量/成交量"),
        Text("The mean volume of the last {days} days over today's.", "最近 {days} 日平均成交量除以当日成交量。"),
    ),
    Family(
        "VSTD",
        "VOLUME",
        f"Std($volume, @)/($volume+{_TINY})",
        Text("Deviation of volume over volume", "成交量标准差/成交量"),
        Text(
            "The standard deviation of the volume of the last {days} days over today's volume.",
            "最近 {days} 日成交量标准差除以当日成交量。",
        ),
    ),
    Family(
        "WVMA",
        "VOLUME",
        f"Std({_TURBULENCE}, @)/(Mean({_TURBULENCE}, @)+{_TINY})",
        Text("Unevenness of volume-weighted moves", "量加权波动的变异"),
        Text(
            "Deviation over mean, across the last {days} days, of the size of a day's return times its volume.",
            "最近 {days} 日“涨跌幅绝对值 × 成交量”的标准差除以均值。",
        ),
    ),
    Family(
        "VSUMP",
        "VOLUME",
        f"{_MORE}/{_FLOWS}",
        Text("Rises of volume in its moves", "量增占比"),
        Text(
            "The sum of the rises of volume over the sum of all its moves of the last {days} days.",
            "最近 {days} 日成交量增加之和除以总变动之和。",
        ),
    ),
    Family(
        "VSUMN",
        "VOLUME",
        f"{_FEWER}/{_FLOWS}",
        Text("Falls of volume in its moves", "量减占比"),
        Text(
            "The sum of the falls of volume over the sum of all its moves of the last {days} days.",
            "最近 {days} 日成交量减少之和除以总变动之和。",
        ),
    ),
    Family(
        "VSUMD",
        "VOLUME",
        f"({_MORE}-{_FEWER})/{_FLOWS}",
        Text("Rises less falls of volume", "量增减差"),
        Text(
            "Rises less falls of volume over the sum of all its moves of the last {days} days.",
            "最近 {days} 日成交量增加减去减少，除以总变动之和。",
        ),
    ),
)
