"""Replies are idempotent by what identifies a tool call; a repetition joins a reply still being made."""

import asyncio

import pytest

from sheriff_core.outcome import OutcomeName, ServedFrom
from sheriff_core.policy import MemoPolicy
from sheriff_core.reply_memo import ReplyMemo
from sheriff_core.tool_call import ToolReply
from tests.fakes import FakeClock, settle


def reply(name: str) -> ToolReply:
    return ToolReply({"result": name}, OutcomeName.FOUND, ServedFrom.SOURCE)


async def test_the_second_delivery_gets_the_first_reply() -> None:
    memo = ReplyMemo(MemoPolicy(), FakeClock())
    made: list[str] = []

    async def make() -> ToolReply:
        made.append("x")
        return reply("first")

    first, repeated_first = await memo.once(("call", "tool"), make)
    second, repeated_second = await memo.once(("call", "tool"), make)
    assert first is second
    assert (repeated_first, repeated_second) == (False, True)
    assert len(made) == 1


async def test_a_repetition_joins_a_reply_still_in_the_making() -> None:
    clock = FakeClock()
    memo = ReplyMemo(MemoPolicy(), clock)

    async def make() -> ToolReply:
        await clock.sleep(1)
        return reply("slow")

    pair = [asyncio.create_task(memo.once("k", make)) for _ in range(2)]
    await clock.advance(1)
    (first, _), (second, repeated) = await asyncio.gather(*pair)
    assert first is second
    assert repeated


async def test_when_the_maker_is_cancelled_the_one_who_joined_makes_it() -> None:
    clock = FakeClock()
    memo = ReplyMemo(MemoPolicy(), clock)
    made: list[str] = []

    async def make() -> ToolReply:
        made.append("x")
        await clock.sleep(1)
        return reply("second try")

    first = asyncio.create_task(memo.once("k", make))
    await settle()
    second = asyncio.create_task(memo.once("k", make))
    await settle()
    first.cancel()
    await settle()
    await clock.advance(2)
    assert (await second)[0].wire == {"result": "second try"}
    assert len(made) == 2


async def test_a_failure_is_not_kept() -> None:
    memo = ReplyMemo(MemoPolicy(), FakeClock())

    async def broken() -> ToolReply:
        raise RuntimeError("defect")

    async def whole() -> ToolReply:
        return reply("whole")

    with pytest.raises(RuntimeError, match="defect"):
        await memo.once("k", broken)
    assert (await memo.once("k", whole))[0].wire == {"result": "whole"}


async def test_replies_are_bounded_in_age_and_number() -> None:
    clock = FakeClock()
    memo = ReplyMemo(MemoPolicy(max_replies=3, kept_s=300), clock)
    made: list[str] = []

    async def make() -> ToolReply:
        made.append("x")
        return reply("x")

    await memo.once("k", make)
    await clock.advance(301)
    await memo.once("k", make)
    assert len(made) == 2
    for key in range(10):
        await memo.once(key, make)
    assert len(memo) == 3


async def test_a_reply_that_is_over_is_let_go_when_the_next_is_made() -> None:
    clock = FakeClock()
    memo = ReplyMemo(MemoPolicy(kept_s=300), clock)

    async def make() -> ToolReply:
        return reply("x")

    for key in range(10):
        await memo.once(key, make)
        await clock.advance(60)
    await memo.once("k", make)
    assert len(memo) == 6, "five minutes of them, and the new one"
