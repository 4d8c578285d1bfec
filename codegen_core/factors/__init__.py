"""The catalogue of factors: those built in, and the rules that a published one must keep."""

from codegen_core.factors.catalogue import built_in_factors, known_factors
from codegen_core.factors.factor import Factor, FactorKey, Factors, FactorSource, factor_id
from codegen_core.factors.publishing import check_factor
from codegen_core.factors.references import referenced_factors

__all__ = [
    "Factor",
    "FactorKey",
    "FactorSource",
    "Factors",
    "built_in_factors",
    "check_factor",
    "factor_id",
    "known_factors",
    "referenced_factors",
]
