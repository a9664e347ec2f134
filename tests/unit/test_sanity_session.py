"""The session to Sanity: what holds before any request is sent."""

import asyncio
import contextlib
import socket
import threading
from typing import Any

import pytest

from sheriff_adapters.sanity.session import DaemonResolver

LONGER_THAN_ANY_TEST_S = 30.0


async def test_each_address_of_a_name_is_found() -> None:
    def two(host: str, port: int, **_: Any) -> list[Any]:
        assert host == "x.api.sanity.io"
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", port)),
        ]

    found = await DaemonResolver(two).resolve("x.api.sanity.io", 443, socket.AF_UNSPEC)
    assert [(result["hostname"], result["host"], result["port"], result["family"]) for result in found] == [
        ("x.api.sanity.io", "2001:db8::1", 443, socket.AF_INET6),
        ("x.api.sanity.io", "192.0.2.1", 443, socket.AF_INET),
    ]


async def test_a_name_that_does_not_exist_is_an_error_of_the_network() -> None:
    def nowhere(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(OSError, match="unknown"):
        await DaemonResolver(nowhere).resolve("nowhere.invalid", 443)


def test_a_name_server_that_does_not_answer_does_not_keep_the_process_from_ending() -> None:
    asked, answers = threading.Event(), threading.Event()

    def hangs(*_: Any, **__: Any) -> list[Any]:
        asked.set()
        answers.wait(LONGER_THAN_ANY_TEST_S)
        return []

    async def ask_and_leave() -> None:
        looking = asyncio.create_task(DaemonResolver(hangs).resolve("x.api.sanity.io", 443))
        while not asked.is_set():
            await asyncio.sleep(0)
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking

    asyncio.run(ask_and_leave())
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "name-look-up"]
    assert thread.is_alive(), "the loop is closed before the look-up is over"
    assert thread.daemon
    answers.set()
    thread.join()
