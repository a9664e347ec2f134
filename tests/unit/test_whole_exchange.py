"""Whatever an application replies to a whole request, its client reads what it would read through h11."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import h11
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from sheriff_web.holding import HOLD, can_hold
from tests.listening import FOR_EVER_S, Client, Listening, lifespan, request

EXAMPLES = settings(max_examples=300, deadline=None)

NAMES = st.sampled_from([b"content-type", b"x-correlation-id", b"x", b"set-cookie", b"date"])
ODD_NAMES = st.sampled_from(
    [b"X", b"Content-Type", b" x", b"x ", b"x\r", b"x\n", b"x\0", b"x y", b"x: a", b"x:", b"x\r\ny", b"x: a\r\ny",
     b"(x)", b"x\xe5", b"\r\nx", b"\r\n\r\nx", b"connection: close, x"]
)  # fmt: skip
VALUES = st.sampled_from([b"application/json", b"a", b"", b"a b", b"a: b", b"\xc3\xa5", b"a\tb"])
ODD_VALUES = st.sampled_from(
    [b" a ", b"\ta", b"a\r\n", b"\r\na", b"a\r\ny: b", b"a\r\ncontent-length: 0", b"a\r\ntransfer-encoding: chunked",
     b"a\r\n\r\nHTTP/1.1 200 \r\n\r\n", b"a\nb: c", b"a\rb", b"a\0b", b"a\x01", b"a\x7f", b"a\x0bb",
     b"a\r\n b", b"\x0ca"]
)  # fmt: skip
LENGTHS = st.sampled_from(["right"] * 10 + ["none", "more", "less", "twice", "two", "upper", "zeros", "list", "signed"])
CONNECTIONS = st.sampled_from(
    [[]] * 10
    + [[(b"connection", b"close")], [(b"Connection", b"close")], [(b"connection", b"keep-alive")]]
    + [[(b"connection", b"close, x")], [(b"transfer-encoding", b"chunked")], [(b"transfer-encoding", b"gzip")]]
)
STATUSES = st.sampled_from([200] * 6 + [201, 204, 301, 304, 400, 401, 403, 404, 405, 408, 413, 415, 422, 500, 503, 599])


@dataclass(frozen=True)
class Play:
    """What an application does with a request."""

    status: int = 200
    headers: Sequence[tuple[bytes, bytes]] | None = ()
    pieces: Sequence[bytes] = (b"",)
    fails_before: int = 99  # the message in whose place it raises
    ends_before: int = 99  # ... or returns
    holds: bool = False
    says_more: bool = False  # behind its end

    def messages(self) -> list[dict[str, Any]]:
        start: dict[str, Any] = {"type": "http.response.start", "status": self.status}
        if self.headers is not None:
            start["headers"] = list(self.headers)
        pieces = [{"type": "http.response.body", "body": piece, "more_body": True} for piece in self.pieces]
        pieces[-1]["more_body"] = False
        return [start, *pieces, *([{"type": "http.response.body"}] if self.says_more else [])]


def with_length(kind: str, length: int) -> list[tuple[bytes, bytes]]:
    right = b"content-length", b"%d" % length
    return {
        "right": [right],
        "none": [],
        "more": [(b"content-length", b"%d" % (length + 1))],
        "less": [(b"content-length", b"%d" % max(length - 1, 0))],
        "twice": [right, right],
        "two": [right, (b"content-length", b"%d" % (length + 1))],
        "upper": [(b"Content-Length", b"%d" % length)],
        "zeros": [(b"content-length", b"0%d" % length)],
        "list": [(b"content-length", b"%d, %d" % (length, length))],
        "signed": [(b"content-length", b"+%d" % length)],
    }[kind]


@st.composite
def plays(draw: st.DrawFn) -> Play:
    """What applications do; most of it is usual."""

    def seldom() -> bool:
        return draw(st.integers(0, 9)) == 0

    fails_before = draw(st.integers(0, 3)) if seldom() else 99
    ends_before = draw(st.integers(0, 3)) if seldom() else 99
    # A head is looked at with its body: of who fails between the two it is not known that h11 would have refused it.
    is_odd = 1 not in (fails_before, ends_before)
    pieces = draw(st.lists(st.binary(max_size=9), min_size=1, max_size=3 if seldom() else 1))
    headers = [
        (draw(ODD_NAMES if is_odd and seldom() else NAMES), draw(ODD_VALUES if is_odd and seldom() else VALUES))
        for _ in range(draw(st.integers(0, 3)))
    ]
    headers += with_length(draw(LENGTHS) if is_odd else "right", sum(map(len, pieces)))
    headers += draw(CONNECTIONS) if is_odd else []
    return Play(
        status=draw(STATUSES),
        headers=draw(st.permutations(headers)),
        pieces=pieces,
        fails_before=fails_before,
        ends_before=ends_before,
        holds=draw(st.booleans()),
        says_more=seldom(),
    )


class Player:
    """The application: plays what it is given, and then answers plainly."""

    def __init__(self) -> None:
        self.play = Play()
        self.could_hold: list[bool] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await lifespan(receive, send)
            return
        play, self.play = self.play, Play(200, [(b"content-length", b"5")], [b"plain"])
        self.could_hold.append(can_hold(scope))
        assert (await receive())["body"] == b"{}"
        if not self.could_hold[-1]:
            await receive()  # in pieces: its end
        for index, message in enumerate(play.messages()):
            if index == play.fails_before:
                raise RuntimeError("it fails")
            if index == play.ends_before:
                return
            if play.holds and self.could_hold[-1] and message.get("more_body") is False:
                message[HOLD] = asyncio.get_running_loop().create_future()
                asyncio.get_running_loop().call_soon(message[HOLD].set_result, None)
            await send(message)


async def read(client: Client) -> list[object]:
    """What h11 reads as a client, and whether the connection answers again."""
    heard: list[object] = []
    connection = h11.Connection(h11.CLIENT)
    for turn in range(2):
        if turn:
            connection.start_next_cycle()
            client.writer.write(request())
        connection.send(h11.Request(method="POST", target="/", headers=[("host", "a"), ("content-length", "2")]))
        connection.send(h11.Data(data=b"{}"))
        connection.send(h11.EndOfMessage())
        try:
            while not isinstance(event := connection.next_event(), h11.EndOfMessage | h11.ConnectionClosed):
                if event is h11.NEED_DATA:
                    connection.receive_data(await client.reader.read(65_536))
                elif isinstance(event, h11.Response):
                    dated = [name for name, _ in event.headers if name == b"date"]
                    others = [header for header in event.headers if header[0] != b"date"]
                    heard.append((event.status_code, event.reason, dated, others))
                elif isinstance(event, h11.Data):
                    heard.append(bytes(event.data))
        except (h11.RemoteProtocolError, ConnectionError):
            return [*heard, "cut off"]
        if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
            return [*heard, "closed", await client.is_closed()]
    return heard


async def heard_through(listening: Listening, app: Player, play: Play, *pieces: bytes) -> list[object]:
    client, app.play = await listening.client(), play
    await client.send(*pieces)
    async with asyncio.timeout(FOR_EVER_S):
        heard = await read(client)
    client.writer.transport.abort()
    return heard


def test_a_client_reads_the_same_through_the_short_way_as_through_h11() -> None:
    app = Player()
    with asyncio.Runner() as runner:
        listening = Listening(app)
        runner.run(listening.__aenter__())

        @EXAMPLES
        @given(plays())
        @example(Play(headers=None))
        @example(Play(200, [(b"content-length", b"0"), (b"x", b"a\r\ny: b")]))
        @example(Play(200, [(b"content-length", b"0"), (b"x: a", b"b")]))
        @example(Play(200, [(b"content-length", b"1")]))
        def same(play: Play) -> None:
            app.could_hold.clear()
            short = runner.run(heard_through(listening, app, play, request()))
            assert app.could_hold[0]
            app.could_hold.clear()
            long = runner.run(heard_through(listening, app, play, request()[:40], request()[40:]))
            assert not app.could_hold[0]
            assert short == long

        same()
        runner.run(listening.__aexit__(None))
