"""A reply that is held leaves when what it waits for is done, however its client and the server behave meanwhile."""

import asyncio

import pytest

from tests.fakes import settle
from tests.listening import HoldingApp, connected, request

CLOSE = (b"connection", b"close")


async def test_a_reply_leaves_when_what_it_waits_for_is_done_and_not_before() -> None:
    app = HoldingApp()
    async with connected(app) as (_, client):
        for turn in range(3):
            await client.send(request(b"%d" % turn))
            assert app.could_hold[turn]
            assert await client.hears_nothing()
            app.held[turn].set_result(None)
            assert (await client.reply()).body == b"%d" % turn


async def test_what_it_waits_for_may_end_in_any_way() -> None:
    app = HoldingApp()
    async with connected(app) as (_, client):
        await client.send(request(b"1"))
        app.held[0].cancel()
        assert (await client.reply()).body == b"1"
        await client.send(request(b"2"))
        app.held[1].set_exception(OSError("the disk is full"))
        assert (await client.reply()).body == b"2"
        assert app.held[1].exception() is not None


async def test_who_asks_again_before_the_answer_gets_both_in_order() -> None:
    app = HoldingApp()
    async with connected(app) as (_, client):
        await client.send(request(b"1"), request(b"2"))
        assert len(app.held) == 1, "the second waits for its turn"
        assert await client.hears_nothing()
        app.held[0].set_result(None)
        assert (await client.reply()).body == b"1"
        await settle()
        app.held[1].set_result(None)
        assert (await client.reply()).body == b"2"


async def test_two_requests_in_one_piece_are_answered_in_order_one_by_one() -> None:
    app = HoldingApp()
    async with connected(app) as (_, client):
        await client.send(request(b"1"))
        await client.send(request(b"2") + request(b"3"))  # not whole any more: these two are h11's
        for turn in range(3):
            await settle()
            assert len(app.held) == turn + 1
            app.held[turn].set_result(None)
            assert (await client.reply()).body == b"%d" % (turn + 1)
        assert app.could_hold == [True, False, False]


async def test_the_other_connections_are_served_meanwhile() -> None:
    app = HoldingApp()
    async with connected(app) as (listening, client):
        await client.send(request(b"1"))
        other = await listening.client()
        await other.send(request(b"2"))
        app.held[1].set_result(None)
        assert (await other.reply()).body == b"2"
        assert await client.hears_nothing()
        app.held[0].set_result(None)
        assert (await client.reply()).body == b"1"


@pytest.mark.parametrize("at_once", [True, False])
async def test_who_sends_no_more_behind_its_request_still_hears_the_answer(at_once: bool) -> None:
    app = HoldingApp()
    async with connected(app) as (_, client):
        client.writer.write(request(b"1"))
        await settle(0 if at_once else 30)
        client.writer.write_eof()
        assert await client.hears_nothing()
        app.held[0].set_result(None)
        assert (await client.reply()).body == b"1"
        assert await client.is_closed(), "at once, and not when it has been idle for long enough"


async def test_who_resets_its_connection_harms_nobody() -> None:
    app = HoldingApp()
    async with connected(app) as (listening, client):
        await client.send(request(b"1"))
        client.reset()
        await settle()
        app.held[0].set_result(None)
        await settle()
        other = await listening.client()
        await other.send(request(b"2"))
        app.held[1].set_result(None)
        assert (await other.reply()).body == b"2"


async def test_a_connection_may_be_used_again_after_a_reset_of_another_that_asked_twice() -> None:
    app = HoldingApp()
    async with connected(app) as (listening, client):
        other = await listening.client()
        await client.send(request(b"1"), request(b"2"))
        client.reset()
        await settle()
        app.held[0].set_result(None)
        await other.send(request(b"3"))
        app.held[1].set_result(None)
        assert (await other.reply()).body == b"3"


# -- the server ends ----------------------------------------------------------------------------------------------


async def test_a_server_that_ends_waits_for_what_is_held_and_closes_behind_it() -> None:
    app = HoldingApp()
    async with connected(app) as (listening, client):
        idle = await listening.client()
        await client.send(request(b"1"))
        stopping = asyncio.create_task(listening.stop())
        assert await idle.is_closed()
        assert await client.hears_nothing()
        app.held[0].set_result(None)
        assert (await client.reply()).body == b"1"
        assert await client.is_closed()
        await stopping


@pytest.mark.parametrize("headers", [[], [CLOSE]])
async def test_a_reply_that_closes_its_connection_is_held_as_well(headers: list[tuple[bytes, bytes]]) -> None:
    app = HoldingApp(*headers)
    async with connected(app) as (listening, client):
        await client.send(request(b"1"))
        assert app.could_hold == [True]
        stopping = asyncio.create_task(listening.stop())
        await settle()
        assert await client.hears_nothing()
        app.held[0].set_result(None)
        reply = await client.reply()
        assert reply.body == b"1"
        assert await client.is_closed()
        await stopping


async def test_who_asked_again_is_not_served_by_a_server_that_has_ended() -> None:
    app = HoldingApp()
    async with connected(app) as (listening, client):
        await client.send(request(b"1"), request(b"2"))
        idle = await listening.client()
        stopping = asyncio.create_task(listening.stop())
        assert await idle.is_closed()
        app.held[0].set_result(None)
        assert (await client.reply()).body == b"1"
        assert await client.is_closed()
        await settle()
        assert len(app.held) == 1, "its reply would not be heard"
        await stopping


@pytest.mark.parametrize("headers", [[], [CLOSE]])
async def test_a_cut_loses_no_reply_that_is_held(headers: list[tuple[bytes, bytes]]) -> None:
    """One of its usual form stays held; one that h11 writes leaves at once, as all that is cut."""
    app = HoldingApp(*headers)
    async with connected(app) as (listening, client):
        await client.send(request(b"1"))
        assert listening.drain.cut() == len(headers)
        await settle()
        if not headers:
            assert await client.hears_nothing()
            app.held[0].set_result(None)
        assert (await client.reply()).body == b"1"


async def test_a_grace_that_ends_while_a_reply_is_held_loses_none() -> None:
    app = HoldingApp(CLOSE)
    async with connected(app, grace_s=0.05) as (listening, client):
        await client.send(request(b"1"))
        await listening.stop()
        assert (await client.reply()).body == b"1"
        assert await client.is_closed()
