"""kill -9 of the Builder while an editor saves: every revision that was acknowledged is there, in its order."""

from __future__ import annotations

import threading

import grpc
from strategybuilder.builder.v1 import session_pb2 as pb

from tests.faults.onlookers import away_is_no_error
from tests.faults.scene import Scene
from tests.integration.services.clients import Client, generation
from tests.support.processes import wait_until

KILLS = 3
SAVES_BETWEEN = 5


class Editor:
    """Saves one draft again and again, as an editor does that doesn't give up.

    Attributes:
        acknowledged: The number drawn in the draft, by the revision that the server gave it.
        refused: How often the server was away.
    """

    def __init__(self, client: Client, instance_id: str) -> None:
        self.acknowledged: dict[int, int] = {}
        self.refused = 0
        self.session_id = ""
        self._client = client
        self._instance_id = instance_id
        self._over = threading.Event()
        self._problems: list[BaseException] = []
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Editor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        assert not self._problems, self._problems

    def wait_for_saves(self, count: int) -> None:
        """Waits until so many more saves are acknowledged."""
        enough = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= enough or not self._thread.is_alive(), 60, f"{enough} saves")

    def _work(self) -> None:
        try:
            number = 0
            while not self._over.wait(0.005):
                number += 1
                self._save(number)
        except BaseException as problem:  # noqa: BLE001  shown in the thread of the test
            self._problems.append(problem)

    def _save(self, number: int) -> None:
        request = pb.UpsertSessionRequest(instance_id=self._instance_id)
        request.draft_metadata.update({"number": number})
        self.refused += 1
        with away_is_no_error():
            session = self._client.call("builder", "UpsertSession", request).session
            self.refused -= 1
            self.session_id = session.id
            self.acknowledged[session.revision] = number


def read(client: Client, session_id: str) -> pb.Session:
    """Reads a session."""
    session: pb.Session = client.call("builder", "GetSession", pb.GetSessionRequest(session_id=session_id)).session
    return session


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
    session = read(scene.alice, editor.session_id)
    last = max(editor.acknowledged)
    assert (session.revision, session.draft_metadata["number"]) == (last, editor.acknowledged[last])
    assert editor.refused >= KILLS
    # A save that was cut off may have been made: then its revision is one that nobody was told.
    assert len(editor.acknowledged) <= last <= len(editor.acknowledged) + editor.refused
    numbers = [editor.acknowledged[revision] for revision in sorted(editor.acknowledged)]
    assert numbers == sorted(set(numbers))


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
