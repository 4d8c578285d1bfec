"""The named indicators that are Qlib expressions."""

from __future__ import annotations

EXPRESSIONS: dict[str, str] = {
    "price": "{input}",
    "sma": "Mean({input},{window})",
    "ema": "EMA({input},{window})",
    "wma": "WMA({input},{window})/WMA({input}*0+1,{window})",
    "lag": "Ref({input},{days})",
    "change": "Delta({input},{days})",
    "period_return": "{input}/Ref({input},{days})-1",
    "highest": "Max({input},{window})",
    "lowest": "Min({input},{window})",
    "rolling_sum": "Sum({input},{window})",
    "volatility": "Std({input}/Ref({input},1)-1,{window})",
    "standard_deviation": "Std({input},{window})",
    "variance": "Var({input},{window})",
    "skewness": "Skew({input},{window})",
    "kurtosis": "Kurt({input},{window})",
    "median": "Med({input},{window})",
    "quantile": "Quantile({input},{window},{fraction})",
    "mean_absolute_deviation": "Mad({input},{window})",
    "time_series_rank": "Rank({input},{window})",
    "slope": "Slope({input},{window})",
    "r_squared": "Rsquare({input},{window})",
    "residual": "Resi({input},{window})",
    "index_of_highest": "IdxMax({input},{window})",
    "index_of_lowest": "IdxMin({input},{window})",
    "z_score": "({input}-Mean({input},{window}))/Std({input},{window})",
    "correlation": "Corr({input},{other},{window})",
    "covariance": "Cov({input},{other},{window})",
    "absolute": "Abs({input})",
    "logarithm": "Log({input})",
    "sign": "Sign({input})",
    "larger_of": "Greater({input},{other})",
    "smaller_of": "Less({input},{other})",
}

FALLBACKS: dict[str, str] = {"input": "field", "other": "other_field"}
"""An input that may be left open, and the parameter that names the field in its place."""
