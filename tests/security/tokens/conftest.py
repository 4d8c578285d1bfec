"""What the contract's comments say of callers."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.support.contracts import comments_of_methods, parsed_contracts


@pytest.fixture(scope="session")
def comments(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Each RPC's comment, by ``Service.Method``."""
    return comments_of_methods(parsed_contracts(tmp_path_factory.mktemp("contracts")))
