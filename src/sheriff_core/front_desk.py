"""The domain's one entrance: what the web shell hands in, and what it gets back (the `FrontDesk` driving port)."""

from sheriff_core.call_review import CallReview
from sheriff_core.tool_call import EndOfCall, ToolCall, ToolReply
from sheriff_core.tools import Tools


class Desk:
    """Passes tool calls to the tools and reports to the review."""

    def __init__(self, tools: Tools, review: CallReview) -> None:
        """This will answer with `tools` and review with `review`."""
        self._tools = tools
        self._review = review

    async def answer(self, call: ToolCall) -> ToolReply:
        """Answer one tool call before its deadline."""
        return await self._tools.answer(call)

    def call_ended(self, report: EndOfCall) -> None:
        """Take a call's report; the rest goes on in the background."""
        self._review.take(report)
