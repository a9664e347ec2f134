"""Replies are idempotent: the same tool call, delivered again, gets the same reply (docs/adr/0008).

Vapi repeats a call when a first answer was lost or slow. The repetition joins a reply still being made, or gets the
one made before, for a bounded time.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

from sheriff_core.policy import MemoPolicy
from sheriff_core.ports import Clock
from sheriff_core.tool_call import ToolReply


class ReplyMemo:
    """Replies by key, least recently made go first."""

    def __init__(self, policy: MemoPolicy, clock: Clock) -> None:
        """This will start empty."""
        self._policy = policy
        self._clock = clock
        self._replies: OrderedDict[Hashable, tuple[float, asyncio.Future[ToolReply]]] = OrderedDict()
        self._over_at = 0.0  # of `Clock.now`: no reply is over before

    def __len__(self) -> int:
        """Replies kept or being made."""
        return len(self._replies)

    async def once(self, key: Hashable, make: Callable[[], Awaitable[ToolReply]]) -> tuple[ToolReply, bool]:
        """The reply under `key`, made at most once; True beside it when it was made before or by another caller."""
        while (held := self._replies.get(key)) is not None:
            made_at, future = held
            if future.done() and self._is_over(made_at):
                break
            try:
                return await asyncio.shield(future), True
            except asyncio.CancelledError:
                # Either this caller goes away, or the one who was making the reply did: then make it here.
                if not future.cancelled():
                    raise
        return await self._make(key, make), False

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[ToolReply]]) -> ToolReply:
        future: asyncio.Future[ToolReply] = asyncio.get_running_loop().create_future()
        now = self._clock.now()
        self._replies[key] = (now, future)
        self._replies.move_to_end(key)
        self._drop_the_oldest(now)
        try:
            reply = await make()
        except BaseException:
            if self._replies.get(key, (0.0, None))[1] is future:
                del self._replies[key]
            future.cancel()
            raise
        future.set_result(reply)
        return reply

    def _drop_the_oldest(self, now: float) -> None:
        """Drop what is beyond the bound, and what is over: a reply names a customer, and is not kept for nothing."""
        while len(self._replies) > self._policy.max_replies:
            self._replies.popitem(last=False)
        if now <= self._over_at:
            return
        while self._replies:
            made_at, future = next(iter(self._replies.values()))
            self._over_at = made_at + self._policy.kept_s
            if not future.done() or now <= self._over_at:
                return
            self._replies.popitem(last=False)

    def _is_over(self, made_at: float) -> bool:
        return self._clock.now() - made_at > self._policy.kept_s
