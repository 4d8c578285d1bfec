"""What repositories take and return: frozen values, no row or driver type."""

from repo.records.catalogue import EVERYBODY, FactorRecord, MarketRecord, NewFactor, NewMarket, Published
from repo.records.generations import GenerationRecord, GenerationSummary, NewGeneration
from repo.records.page import JsonObject, Page
from repo.records.quick_tests import NewQuickTest, QuickTestRecord, QuickTestResult, QuickTestStatus
from repo.records.sessions import SessionRecord, SessionSave, SessionSummary
from repo.records.strategies import NewStrategy, StrategyChanges, StrategyRecord, StrategySummary
from repo.records.templates import (
    NewStrategyTemplate,
    NewTemplate,
    StrategyTemplateRecord,
    TemplateChanges,
    TemplateRecord,
)

__all__ = [
    "EVERYBODY",
    "FactorRecord",
    "GenerationRecord",
    "GenerationSummary",
    "JsonObject",
    "MarketRecord",
    "NewFactor",
    "NewGeneration",
    "NewMarket",
    "NewQuickTest",
    "NewStrategy",
    "NewStrategyTemplate",
    "NewTemplate",
    "Page",
    "Published",
    "QuickTestRecord",
    "QuickTestResult",
    "QuickTestStatus",
    "SessionRecord",
    "SessionSave",
    "SessionSummary",
    "StrategyChanges",
    "StrategyRecord",
    "StrategySummary",
    "StrategyTemplateRecord",
    "TemplateChanges",
    "TemplateRecord",
]
