"""kill -9 of the Builder while an editor saves: every revision that was acknowledged is there, in its order."""

from __future__ import annotations

import grpc

from tests.faults.editors import Editor, assert_all_kept
from tests.faults.scene import Scene
from tests.integration.services.clients import generation
from tests.support.processes import wait_until

KILLS = 3
SAVES_BETWEEN = 5


def test_no_acknowledged_save_is_lost(scene: Scene) -> None:
    server = scene.suite.processes["builder"]
    with Editor(scene.alice, scene.strategy()) as editor:
        for _ in range(KILLS):
            editor.wait_for_saves(SAVES_BETWEEN)
            server.kill()
            stored = read_while_away(scene, editor)
            assert stored >= max(editor.acknowledged)
            server.start()
            scene.suite.wait_until_serving("builder")
        editor.wait_for_saves(SAVES_BETWEEN)
    assert_all_kept(editor)
    assert editor.refused >= KILLS


def read_while_away(scene: Scene, editor: Editor) -> int:
    """Returns the revision in the database."""
    record = scene.database.run(lambda uow: uow.sessions.get(editor.session_id, scene.alice.user), write=False)
    assert record is not None
    return record.revision


def test_while_the_builder_is_away_its_callers_are_told(scene: Scene) -> None:
    instance = scene.strategy()
    server = scene.suite.processes["builder"]
    server.kill()
    try:
        found = scene.alice.refused("codegen", "GenerateCode", generation(instance))
        assert (found.status, found.reason) == ("UNAVAILABLE", "SERVICE_UNAVAILABLE")
        scene.alice.wait_for(scene.alice.run(instance), "COMPLETED")
    finally:
        server.start()
        scene.suite.wait_until_serving("builder")
    wait_until(lambda: generates(scene, instance), 30, "CodeGen finds the Builder again")


def generates(scene: Scene, instance: str) -> bool:
    """Returns whether code can be generated; fails on any error but the Builder's absence."""
    try:
        scene.alice.generate(instance)
    except grpc.RpcError as error:
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        return False
    return True
