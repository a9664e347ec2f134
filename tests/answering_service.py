"""A small webhook on a free loopback port that answers as sheriff does, or as a test tells it to."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from sheriff_web.vapi import read_message
from sheriff_web.vapi_calls import requested_calls

SENTENCE = "This delivery is in transit. The estimated delivery date is Friday, December 4th."

Reply = dict[str, Any] | web.Response


class AnsweringService:
    """Keeps every message. `answer` may be replaced: it takes a result list and returns the reply."""

    def __init__(self) -> None:
        self.url = ""
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.messages: list[dict[str, Any]] = []
        self.answer: Callable[[list[dict[str, Any]]], Reply] = lambda results: {"results": results}
        self.tell: Callable[[], Reply] = dict

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == kind]

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        message = read_message(body)
        self.headers.append(dict(request.headers))
        self.bodies.append(body)
        self.messages.append((await request.json())["message"])
        if message.type != "tool-calls":
            reply = self.tell()
        else:
            calls = requested_calls(message).calls
            reply = self.answer([self.result(call.id, call.name) for call in calls])
        return reply if isinstance(reply, web.Response) else web.json_response(reply)

    @staticmethod
    def result(identifier: str, name: str) -> dict[str, Any]:
        return {
            "toolCallId": identifier,
            "name": name,
            "result": SENTENCE,
            "message": {"type": "request-complete", "content": SENTENCE},
            "metadata": {"outcome": "found", "servedFrom": "source"},
        }


@asynccontextmanager
async def answering_service() -> AsyncIterator[AnsweringService]:
    service = AnsweringService()
    application = web.Application()
    application.router.add_post("/webhook", service.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    try:
        yield service
    finally:
        await runner.cleanup()
