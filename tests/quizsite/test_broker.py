"""The embedded broker: messages arrive whole, in order, and damage costs one message, not a worker."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from quizsite import broker


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    names = {"data_folder_in": "messages", "data_folder_out": "messages", "control_folder": "control"}
    for folder in set(names.values()):
        (tmp_path / folder).mkdir()
    return {name: str(tmp_path / folder) for name, folder in names.items()}


@pytest.fixture
def connection(folders: dict[str, str]) -> Any:
    broker.register()
    with Connection("filesystem://localhost", transport_options=folders) as connection:
        assert isinstance(connection.transport, broker.Transport)
        yield connection


def test_damaged_message_is_skipped(connection: Any, folders: dict[str, str]) -> None:
    channel = connection.channel()
    (Path(folders["data_folder_in"]) / "1_x.lab.msg").write_bytes(b"")
    with pytest.raises(Empty):
        channel._get("lab")
    channel._put("lab", {"n": 1})
    assert channel._get("lab") == {"n": 1}


def test_fast_reader_never_meets_half_a_message(connection: Any) -> None:
    writer, reader = connection.channel(), connection.channel()
    payload = {"body": "x" * 20_000}
    sender = threading.Thread(target=lambda: [writer._put("lab", payload) for _ in range(150)])
    sender.start()
    found = 0
    while found < 150:
        try:
            assert reader._get("lab") == payload
            found += 1
        except Empty:
            assert sender.is_alive() or reader._size("lab") or found == 150
    sender.join()
