"""The general node kinds: any TA-Lib function, any Qlib expression, any factor, a user's own expression."""
