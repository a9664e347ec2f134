"""Who connects while hundreds are being answered is taken soon, counted in turns of the loop and not in time."""

import asyncio
import socket

import uvloop
from starlette.types import Receive, Scope, Send

from sheriff_web.bind import Bind
from sheriff_web.listener import Listener
from tests.listening import request

NEWCOMERS = 64


async def turns_until_all_are_answered() -> int:
    answered = asyncio.Event()
    count = turns = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal count
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})
        count += 1
        if count == NEWCOMERS:
            answered.set()

    listener = Listener(app, Bind("127.0.0.1", 0), grace_s=5.0)
    listener.start()
    address = ("127.0.0.1", int(listener.url.rpartition(":")[2]))
    _, first = await asyncio.open_connection(*address)  # until the server takes connections
    first.close()
    clients = []
    for _ in range(NEWCOMERS):  # the loop stands still: all of them wait at once
        clients.append(socket.create_connection(address))
        clients[-1].sendall(request())

    loop = asyncio.get_running_loop()

    def turn() -> None:
        nonlocal turns
        turns += 1
        if not answered.is_set():
            loop.call_soon(turn)

    turn()
    async with asyncio.timeout(60.0):
        await answered.wait()
    for client in clients:
        client.close()
    await listener.stop()
    return turns


def test_newcomers_are_taken_by_the_dozen() -> None:
    # One a turn would be more turns than newcomers; besides taking them, a few turns go into answering.
    assert uvloop.run(turns_until_all_are_answered()) < NEWCOMERS / 2
