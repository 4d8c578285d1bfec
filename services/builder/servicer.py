"""BuilderService: one class of RPCs a subject, put together."""

from __future__ import annotations

from strategybuilder.builder.v1.builder_service_pb2_grpc import BuilderServiceServicer

from services.builder.custom_templates import CustomTemplates
from services.builder.factor_rpcs import FactorRpcs
from services.builder.factors import Factors
from services.builder.flow_rpcs import FlowRpcs
from services.builder.flows import Flows
from services.builder.session_rpcs import SessionRpcs
from services.builder.sessions import Sessions
from services.builder.strategies import Strategies
from services.builder.strategy_rpcs import StrategyRpcs
from services.builder.strategy_template_rpcs import StrategyTemplateRpcs
from services.builder.strategy_templates import StrategyTemplates
from services.builder.template_rpcs import TemplateRpcs
from services.builder.templates import Templates


class BuilderServicer(
    TemplateRpcs, FactorRpcs, FlowRpcs, SessionRpcs, StrategyRpcs, StrategyTemplateRpcs, BuilderServiceServicer
):
    """Protobuf in, a use case, protobuf out."""

    def __init__(
        self,
        *,
        templates: Templates,
        custom_templates: CustomTemplates,
        factors: Factors,
        flows: Flows,
        sessions: Sessions,
        strategies: Strategies,
        strategy_templates: StrategyTemplates,
    ) -> None:
        """Takes the use cases."""
        self._templates = templates
        self._custom_templates = custom_templates
        self._factors = factors
        self._flows = flows
        self._sessions = sessions
        self._strategies = strategies
        self._strategy_templates = strategy_templates
