"""What the web shell, and a replay, ask of the domain: its one driving port."""

from typing import Protocol

from sheriff_core.tool_call import EndOfCall, ToolCall, ToolReply


class FrontDesk(Protocol):
    """Answers tool calls and takes reports; `front_desk` is it."""

    async def answer(self, call: ToolCall) -> ToolReply:
        """Answer one tool call before its deadline. Never raises: a defect of ours is an apology, too.

        The reply may be spoken once its `recorded` is done.
        """
        ...

    def call_ended(self, report: EndOfCall) -> None:
        """Take a call's report; recording and scoring go on in the background. Never waits, never raises."""
        ...
