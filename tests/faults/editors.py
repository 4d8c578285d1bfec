"""An editor that saves its draft through faults."""

from __future__ import annotations

import threading

from strategybuilder.builder.v1 import session_pb2 as pb

from tests.faults.onlookers import away_is_no_error
from tests.integration.services.clients import Client
from tests.support.processes import wait_until


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

    def read(self) -> pb.Session:
        """Reads the session as it is stored."""
        request = pb.GetSessionRequest(session_id=self.session_id)
        session: pb.Session = self._client.call("builder", "GetSession", request).session
        return session

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


def assert_all_kept(editor: Editor) -> None:
    """Fails where what was acknowledged is not what is stored, in its order."""
    session = editor.read()
    last = max(editor.acknowledged)
    assert (session.revision, session.draft_metadata["number"]) == (last, editor.acknowledged[last])
    # A save that was cut off may have been made: then its revision is one that nobody was told.
    assert len(editor.acknowledged) <= last <= len(editor.acknowledged) + editor.refused
    numbers = [editor.acknowledged[revision] for revision in sorted(editor.acknowledged)]
    assert numbers == sorted(set(numbers))
