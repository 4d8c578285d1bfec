"""Families of Alpha158 about where the price stands: trends and ranges."""

from __future__ import annotations

from codegen_core.factors.families import Family
from codegen_core.nodes.declaration import Text

TRENDS = (
    Family(
        "ROC",
        "MOMENTUM",
        "Ref($close, @)/$close",
        Text("Past close over close", "过去收盘价/收盘价"),
        Text("The close of {days} days ago over today's.", "{days} 日前的收盘价除以当日收盘价。"),
    ),
    Family(
        "MA",
        "TREND",
        "Mean($close, @)/$close",
        Text("Moving average over close", "均线/收盘价"),
        Text("The mean close of the last {days} days over today's.", "最近 {days} 日收盘均价除以当日收盘价。"),
    ),
    Family(
        "STD",
        "VOLATILITY",
        "Std($close, @)/$close",
        Text("Deviation over close", "标准差/收盘价"),
        Text(
            "The standard deviation of the closes of the last {days} days over today's close.",
            "最近 {days} 日收盘价的标准差除以当日收盘价。",
        ),
    ),
    Family(
        "BETA",
        "TREND",
        "Slope($close, @)/$close",
        Text("Slope over close", "斜率/收盘价"),
        Text(
            "The slope of a straight line through the closes of the last {days} days, over today's close.",
            "最近 {days} 日收盘价线性回归的斜率，除以当日收盘价。",
        ),
    ),
    Family(
        "RSQR",
        "TREND",
        "Rsquare($close, @)",
        Text("Fit of the trend", "趋势拟合度"),
        Text(
            "How well a straight line fits the closes of the last {days} days (R squared).",
            "最近 {days} 日收盘价线性回归的决定系数 R²。",
        ),
    ),
    Family(
        "RESI",
        "TREND",
        "Resi($close, @)/$close",
        Text("Residual over close", "残差/收盘价"),
        Text(
            "How far today's close lies from a straight line through the last {days} days, over the close.",
            "当日收盘价与最近 {days} 日回归直线的偏差，除以当日收盘价。",
        ),
    ),
)

RANGES = (
    Family(
        "MAX",
        "RANGE",
        "Max($high, @)/$close",
        Text("Highest over close", "最高价/收盘价"),
        Text("The highest high of the last {days} days over today's close.", "最近 {days} 日最高价除以当日收盘价。"),
    ),
    Family(
        "MIN",
        "RANGE",
        "Min($low, @)/$close",
        Text("Lowest over close", "最低价/收盘价"),
        Text("The lowest low of the last {days} days over today's close.", "最近 {days} 日最低价除以当日收盘价。"),
    ),
    Family(
        "QTLU",
        "RANGE",
        "Quantile($close, @, 0.8)/$close",
        Text("Upper quantile over close", "上分位/收盘价"),
        Text(
            "The 80% quantile of the closes of the last {days} days over today's.",
            "最近 {days} 日收盘价的 80% 分位数除以当日收盘价。",
        ),
    ),
    Family(
        "QTLD",
        "RANGE",
        "Quantile($close, @, 0.2)/$close",
        Text("Lower quantile over close", "下分位/收盘价"),
        Text(
            "The 20% quantile of the closes of the last {days} days over today's.",
            "最近 {days} 日收盘价的 20% 分位数除以当日收盘价。",
        ),
    ),
    Family(
        "RANK",
        "RANGE",
        "Rank($close, @)",
        Text("Rank in time", "时序排名"),
        Text(
            "The rank of today's close among those of the last {days} days, from 0 to 1.",
            "当日收盘价在最近 {days} 日中的排名（0 到 1）。",
        ),
    ),
    Family(
        "RSV",
        "RANGE",
        "($close-Min($low, @))/(Max($high, @)-Min($low, @)+1e-12)",
        Text("Place in the range", "区间位置"),
        Text(
            "Where today's close lies between the lowest low (0) and the highest high (1) of the last {days} days.",
            "当日收盘价在最近 {days} 日最低价（0）与最高价（1）之间的位置。",
        ),
    ),
    Family(
        "IMAX",
        "RANGE",
        "IdxMax($high, @)/@",
        Text("Day of the highest", "最高价所在日"),
        Text(
            "On which of the last {days} days the highest high was, over {days}; near 1: lately.",
            "最近 {days} 日最高价出现的位置，除以 {days}；接近 1 表示刚出现。",
        ),
    ),
    Family(
        "IMIN",
        "RANGE",
        "IdxMin($low, @)/@",
        Text("Day of the lowest", "最低价所在日"),
        Text(
            "On which of the last {days} days the lowest low was, over {days}; near 1: lately.",
            "最近 {days} 日最低价出现的位置，除以 {days}；接近 1 表示刚出现。",
        ),
    ),
    Family(
        "IMXD",
        "RANGE",
        "(IdxMax($high, @)-IdxMin($low, @))/@",
        Text("Highest after lowest", "高低点先后"),
        Text(
            "By how many of the last {days} days the highest high came after the lowest low, over {days}.",
            "最近 {days} 日最高价晚于最低价的天数，除以 {days}。",
        ),
    ),
)
