"""One transaction and the repositories that work in it."""

from __future__ import annotations

from sqlalchemy import Connection

from repo.clock import Clock
from repo.repositories.factors import FactorRepository
from repo.repositories.generations import GenerationRepository
from repo.repositories.leases import LeaseRepository
from repo.repositories.markets import MarketRepository
from repo.repositories.quick_tests import QuickTestRepository
from repo.repositories.sessions import SessionRepository
from repo.repositories.strategies import StrategyRepository
from repo.repositories.strategy_templates import StrategyTemplateRepository
from repo.repositories.templates import TemplateRepository
from repo.statements import Statements
from repo.translation import translated


class UnitOfWork:
    """The repositories, all in one transaction. It is rolled back unless :meth:`commit` is called."""

    def __init__(self, connection: Connection, clock: Clock, *, writes: bool) -> None:
        self._connection = connection
        statements = Statements(connection, writes=writes)
        self.templates = TemplateRepository(statements, clock)
        self.strategies = StrategyRepository(statements, clock)
        self.strategy_templates = StrategyTemplateRepository(statements, clock)
        self.generations = GenerationRepository(statements, clock)
        self.quick_tests = QuickTestRepository(statements, clock)
        self.sessions = SessionRepository(statements, clock)
        self.markets = MarketRepository(statements, clock)
        self.leases = LeaseRepository(statements, clock)
        self.factors = FactorRepository(statements, clock)

    def commit(self) -> None:
        """Makes everything since the unit began, or since the last commit, lasting.

        Raises:
            DatabaseUnavailable: The connection was lost; whether the commit took place is not known.
        """
        with translated():
            self._connection.commit()
