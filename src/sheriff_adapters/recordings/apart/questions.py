"""What the service has asked its writing process, and the answers that are still to come."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any


class Questions:
    """Each has a number, and is answered under it, or forgotten with a reason: nobody waits for ever."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def ask(self, say: Callable[[int], bool], *, otherwise: Callable[[], str]) -> dict[str, Any]:
        """`say` a question of a number, and wait for what it is answered; `unavailable` when nobody hears it."""
        number = next(self._numbers)
        if not say(number):
            return {"unavailable": otherwise()}
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            return await answer
        finally:
            self._asked.pop(number, None)

    def answered(self, answer: dict[str, Any]) -> None:
        """Give `answer` to whoever waits for it, if somebody still does."""
        asked = self._asked.pop(answer["id"], None)
        if asked is not None and not asked.done():
            asked.set_result(answer)

    def forget(self, reason: str) -> None:
        """Answer all of them that nobody will, or not in time."""
        asked, self._asked = self._asked, {}
        for answer in asked.values():
            if not answer.done():
                answer.set_result({"unavailable": reason})
