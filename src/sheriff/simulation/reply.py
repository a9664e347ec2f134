"""Is this a reply that Vapi can use? Its rules, one by one: what breaks them loses the answer on the telephone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sheriff.simulation.conversation import Requested

MAX_RESULT = 1_000  # characters, by our own contract


@dataclass(frozen=True, slots=True)
class Answer:
    """The usable part of one result."""

    call: Requested
    sentence: str
    outcome: str
    served_from: str


def read_reply(document: Any, calls: Sequence[Requested]) -> tuple[list[Answer], list[str]]:
    """The answers in a reply to `tool-calls`, and what is wrong with it (nothing, when it is right)."""
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, list):
        return [], ["no results in the reply"]
    identifiers = [result.get("toolCallId") if isinstance(result, dict) else None for result in results]
    if identifiers != [call.identifier for call in calls]:
        return [], ["the results do not carry the ids that were asked for, in that order"]
    problems = [problem for result, call in zip(results, calls, strict=True) for problem in _problems(result, call)]
    if problems:
        return [], problems
    return [_answer(result, call) for result, call in zip(results, calls, strict=True)], []


def _problems(result: dict[str, Any], call: Requested) -> list[str]:
    sentence = result.get("result")
    if not isinstance(sentence, str) or not sentence:
        return ["an error instead of a result"] if result.get("error") else ["a result that is missing or not text"]
    message = result.get("message")
    spoken = message.get("content", sentence) if isinstance(message, dict) else sentence
    wrong = {
        "a result and an error at once": "error" in result,
        "a name other than the tool's": result.get("name") not in (None, call.name),
        "a line break or control character in a result": not sentence.isprintable(),
        f"a result of more than {MAX_RESULT} characters": len(sentence) > MAX_RESULT,
        "another sentence to speak than the result": spoken != sentence,
    }
    return [problem for problem, is_so in wrong.items() if is_so]


def _answer(result: dict[str, Any], call: Requested) -> Answer:
    metadata = result.get("metadata")
    known = metadata if isinstance(metadata, dict) else {}
    return Answer(call, result["result"], str(known.get("outcome", "unknown")), str(known.get("servedFrom", "unknown")))
