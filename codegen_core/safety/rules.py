"""The rules, one table: what each finding's id means, how grave it is and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from codegen_core.safety.findings import Severity


class Check(StrEnum):
    """Which of the contract's checks a rule belongs to."""

    SECURITY = "security"
    COMPLEXITY = "complexity"
    LOOK_AHEAD = "look_ahead"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``suggestion`` says what to write instead."""

    id: str
    check: Check
    severity: Severity
    title: str
    suggestion: str


_CRITICAL, _HIGH, _MEDIUM, _LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW


def _security(rule: str, severity: Severity, title: str, suggestion: str) -> Rule:
    return Rule(rule, Check.SECURITY, severity, title, suggestion)


def _look_ahead(rule: str, title: str, suggestion: str) -> Rule:
    return Rule(rule, Check.LOOK_AHEAD, Severity.HIGH, title, suggestion)


_TABLE = (
    # The text
    _security("SOURCE_LIMIT", _HIGH, "the text is too large to check", "Split the strategy or shorten its data."),
    _security(
        "SOURCE_ENCODING",
        _CRITICAL,
        "the text declares another encoding than UTF-8",
        "Remove the coding line; source is UTF-8.",
    ),
    _security(
        "HIDDEN_CHARACTER",
        _CRITICAL,
        "a character that an editor doesn't show",
        "Delete it; use plain spaces and line ends.",
    ),
    _security(
        "LOOK_ALIKE_NAME",
        _CRITICAL,
        "a name with letters that look like others",
        "Write names in ASCII letters (or Chinese characters).",
    ),
    _security("LITERAL_LIMIT", _HIGH, "a number that is too long", "Use a number of ordinary size."),
    # Syntax that is not part of the language of strategies
    _security(
        "FORBIDDEN_SYNTAX",
        _HIGH,
        "a construct that strategies don't need",
        "Use functions, classes, if, for, while, with, try, and match over constants.",
    ),
    # Imports
    _security(
        "FORBIDDEN_IMPORT",
        _CRITICAL,
        "a module that isn't on the list",
        "Import numpy, pandas, qlib, talib, math, datetime, collections, typing, scipy or another listed one.",
    ),
    _security(
        "FORBIDDEN_MEMBER",
        _CRITICAL,
        "a name that isn't on its module's list",
        "Use what the rules list for this module.",
    ),
    _security("STAR_IMPORT", _HIGH, "an import of everything", "Import the names that you use."),
    _security("MODULE_AS_VALUE", _HIGH, "a module used as a value", "Write module.name where you need it."),
    # Names
    _security("FORBIDDEN_NAME", _CRITICAL, "a built-in that isn't on the list", "Leave it out."),
    _security("DUNDER_NAME", _CRITICAL, "a name of Python's own machinery", "Leave it out."),
    _security(
        "BUILTIN_REBOUND",
        _HIGH,
        "a built-in's name bound outside a function",
        "Choose another name, or bind it inside a function.",
    ),
    # Attributes
    _security("DUNDER_ATTRIBUTE", _CRITICAL, "an attribute of Python's own machinery", "Leave it out."),
    _security(
        "PRIVATE_ATTRIBUTE",
        _HIGH,
        "a private attribute of an object that isn't the strategy's own",
        "Use the object's public methods.",
    ),
    _security(
        "FORBIDDEN_ATTRIBUTE",
        _HIGH,
        "an attribute that isn't on the list",
        "Use what the rules list; index a column by its name; give a field of your own a name of its own.",
    ),
    _security(
        "FORBIDDEN_WRITE",
        _HIGH,
        "a write to an object that isn't the strategy's own",
        "Keep state in attributes of self.",
    ),
    # Calls
    _security(
        "GUARDED_CALL",
        _HIGH,
        "a function that must be called where it is named",
        "Call it there, without * or **, so that its arguments can be checked.",
    ),
    _security(
        "DYNAMIC_ATTRIBUTE",
        _CRITICAL,
        "an attribute whose name isn't written out",
        "Write the attribute's name as a string, or as x.name; to choose among functions keep them in a dictionary.",
    ),
    _security(
        "STRING_FORMAT",
        _HIGH,
        "a format that could walk attributes",
        "Use an f-string, or format a literal with plain fields.",
    ),
    _security(
        "FUNCTION_BY_NAME",
        _HIGH,
        "a function chosen by a text that isn't on the list",
        'Pass a lambda or a function, or a plain name such as "mean".',
    ),
    _security(
        "QUERY_EXPRESSION", _HIGH, "a query that isn't a plain comparison", 'Write df[df["close"] > df["open"]].'
    ),
    _security(
        "FIELD_EXPRESSION",
        _CRITICAL,
        "a Qlib expression outside the grammar, or one that can't be followed",
        'Write it as a literal of operators, $fields and numbers, such as "Mean($close, 5)".',
    ),
    _security(
        "INSTRUMENTS_VALUE",
        _HIGH,
        "instruments that can't be followed",
        "Write D.instruments(market), or a list of codes: list(codes).",
    ),
    _security(
        "FORBIDDEN_ARGUMENT",
        _HIGH,
        "an argument that opens, loads or compiles something",
        "Leave it out, or write a plain constant.",
    ),
    _security(
        "OBJECT_BY_CONFIGURATION",
        _CRITICAL,
        "an object named by configuration",
        "Pass the object itself; Qlib loads whatever a configuration names.",
    ),
    _security("FILE_ADDRESS", _HIGH, "a file or network address", "Leave it out; data comes from Qlib."),
    _security(
        "CLASS_AS_VALUE",
        _HIGH,
        "a class used as a plain value",
        "Call it, inherit from it or name it as a type where you need it.",
    ),
    # Definitions
    _security(
        "FORBIDDEN_BASE",
        _HIGH,
        "a base class that isn't on the list",
        "Inherit from a Qlib strategy, a class of your own, a plain class, Enum (also str, Enum) or Protocol.",
    ),
    _security(
        "FORBIDDEN_DECORATOR",
        _HIGH,
        "a decorator that isn't on the list",
        "Use property, staticmethod, classmethod, dataclass, or an own one that only returns a function.",
    ),
    _security(
        "FORBIDDEN_DEFINITION",
        _HIGH,
        "a hook of Python's own machinery",
        "Define ordinary methods; __init__, comparisons, arithmetic, __getitem__, __len__ and the like are fine.",
    ),
    _security(
        "FORBIDDEN_ANNOTATION",
        _MEDIUM,
        "an annotation that does more than name a type",
        "Name types: list[float], pd.Series, int | None.",
    ),
    _security(
        "IMPORT_TIME_WORK",
        _MEDIUM,
        "work done while the module is imported",
        "Move it into a method; keep constants and definitions at the top.",
    ),
    # Style
    Rule(
        "FUNCTION_COMPLEXITY",
        Check.COMPLEXITY,
        _LOW,
        "a function with too many branches",
        "Split it into functions of one purpose.",
    ),
    _look_ahead("NEGATIVE_SHIFT", "a shift from the future", "Shift by a positive number of bars."),
    _look_ahead(
        "FUTURE_REFERENCE",
        "a Qlib expression that reads the future",
        "Use Ref and Delta with n >= 1 and windows of at least 1.",
    ),
    _look_ahead("CENTRED_WINDOW", "a window that reaches into the future", "Leave out center=True."),
    _look_ahead("BACKWARD_FILL", "gaps filled from the future", "Fill forward: ffill()."),
    _look_ahead(
        "WHOLE_SAMPLE_STATISTIC",
        "a statistic of the whole sample used on each day",
        "Use rolling or expanding windows, or axis=1 for a day's cross-section.",
    ),
    _look_ahead("FUTURE_POSITION", "a position after the current one", "Read positions up to the current one."),
    _look_ahead("EARLY_LABEL", "a period's result at the period's start", 'Leave out label="left".'),
    _look_ahead("REVERSED_TIME", "time run backwards", "Keep the data in the order of time."),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _TABLE}
