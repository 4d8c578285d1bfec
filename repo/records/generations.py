"""Generated code as rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from repo.records.page import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGeneration:
    """Code to store.

    Attributes:
        code_hash: SHA-256 in hex over the normalised code and the canonical flow.
        node_lines: ``{node_id: {first, last}}``, lines counted from 1.
        generation_time: Seconds.
        warmup_bars: Bars before the first one that has all values.
    """

    id: str
    instance_id: str
    code: str
    code_hash: str
    language: str
    logic_flow: JsonObject
    parameters: JsonObject
    validation_status: str
    syntax_check_passed: bool
    security_check_passed: bool
    line_count: int
    complexity_score: int
    generation_time: float
    warmup_bars: int
    node_lines: JsonObject = field(default_factory=dict)
    validation_result: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationSummary:
    """A generation without its code, as lists show it."""

    id: str
    instance_id: str
    user_id: str
    code_hash: str
    language: str
    validation_status: str
    syntax_check_passed: bool
    security_check_passed: bool
    line_count: int
    complexity_score: int
    generation_time: float
    warmup_bars: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRecord(GenerationSummary):
    """A stored generation, code and all."""

    code: str
    logic_flow: JsonObject
    parameters: JsonObject
    node_lines: JsonObject
    validation_result: JsonObject
