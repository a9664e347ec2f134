"""Is this the reply that Vapi can use, and that our contract (its section 3) promises?

Each function names what is wrong, in words without a value of the reply: it may hold a customer's name.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sheriff.vapi_samples import ExpectedCall, ReplyKind, Sample
from sheriff_core.outcome import OutcomeName, ServedFrom

MOST_CHARACTERS: Final = 1_000
REFERENCE: Final = "See docs/reference/http-api.md; is an older service, another one, or a proxy behind that address?"
_OK, _UNPROCESSABLE = 200, 422


def problems_of(sample: Sample, status: int, document: Any) -> list[str]:
    """What is wrong with the reply to `sample`; nothing, when it is right."""
    if sample.reply is ReplyKind.UNUSABLE:
        return refusal_problems(status, document, expected=_UNPROCESSABLE)
    if status != _OK:
        return [f"answered {status} instead of 200, so Vapi drops the answer"]
    match sample.reply:
        case ReplyKind.EMPTY:
            return [] if document == {} else ["the reply is not {}"]
        case ReplyKind.RESULT:
            return list(_legacy(document))
        case ReplyKind.RESULTS:
            return list(_results(document, sample.calls))


def refusal_problems(status: int, document: Any, *, expected: int) -> list[str]:
    """A refusal says why, and still has the empty list that Vapi looks for."""
    problems = [] if status == expected else [f"answered {status} instead of {expected}"]
    if not isinstance(document, dict) or not isinstance(document.get("error"), str) or document.get("results") != []:
        problems.append('the body is not {"error": …, "results": []}')
    return problems


def outcomes_in(document: Any) -> list[str]:
    """The outcomes of the results in a reply."""
    return [result["metadata"]["outcome"] for result in document["results"] if "result" in result]


def _legacy(document: Any) -> Iterator[str]:
    if not isinstance(document, dict) or set(document) != {"result"}:
        yield 'the reply is not {"result": …}'
    else:
        yield from _sentence("result", document["result"])


def _results(document: Any, calls: Sequence[ExpectedCall]) -> Iterator[str]:
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        yield "there is no list of results"
        return
    if [result.get("toolCallId") for result in results] != [call.id for call in calls]:
        yield "there is not one result for each tool call, in their order, with their ids"
        return
    for result, call in zip(results, calls, strict=True):
        yield from _result(result, call)


def _result(result: dict[str, Any], call: ExpectedCall) -> Iterator[str]:
    if result.get("name") != call.name:
        yield "a result does not carry the tool's name as it was asked for"
    other = "error" if call.ends == "result" else "result"
    if call.ends not in result or other in result:
        yield (
            f"a call ends in `{other}` that must end in `{call.ends}`"
            if other in result
            else f"`{call.ends}` is missing"
        )
        return
    yield from _sentence(call.ends, result[call.ends])
    message = result.get("message")
    if message is not None:
        spoken = {
            "type": "request-complete" if call.ends == "result" else "request-failed",
            "content": result[call.ends],
        }
        if message != spoken:
            yield "`message` does not carry the same sentence"
    yield from _metadata(result.get("metadata"))


def _sentence(name: str, said: Any) -> Iterator[str]:
    if not isinstance(said, str) or not said.strip():
        yield f"`{name}` is not a text"
    elif not said.isprintable():
        yield f"`{name}` is not one line of plain text"
    elif len(said) > MOST_CHARACTERS:
        yield f"`{name}` is longer than {MOST_CHARACTERS} characters"


def _metadata(metadata: Any) -> Iterator[str]:
    if not isinstance(metadata, dict):
        yield "`metadata` is missing"
        return
    if not isinstance(metadata.get("correlationId"), str) or not metadata["correlationId"]:
        yield "`metadata.correlationId` is missing"
    if metadata.get("outcome") not in set(OutcomeName):
        yield "`metadata.outcome` is none of the contract's"
    if metadata.get("servedFrom") not in set(ServedFrom):
        yield "`metadata.servedFrom` is none of the contract's"
    age = metadata.get("ageSeconds", "missing")
    if age is not None and (isinstance(age, bool) or not isinstance(age, int | float)):
        yield "`metadata.ageSeconds` is neither a number nor null"
