"""The documentation of the node library is what the declarations say."""

from __future__ import annotations

from tests.golden.node_library import DOCUMENT, document


def test_the_documentation_is_what_the_declarations_say() -> None:
    assert DOCUMENT.read_text("utf-8") == document()
