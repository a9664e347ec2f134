"""What operators send: small JSON objects or forms, and the parameters of a query; each flaw is named."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from sheriff_web.body import BodyReader
from sheriff_web.limits import WebLimits
from sheriff_web.problems import Problem, RejectionReason

MAX_REASON_LENGTH: Final = 500  # characters
_MAX_BODY_BYTES: Final = 16_384
_MAX_FIELDS: Final = 50  # of a form
_FORM: Final = "application/x-www-form-urlencoded"


class OperatorInput:
    """Reads the bodies of operators' requests."""

    def __init__(self) -> None:
        """This will hold them to 16 kB and 5 seconds."""
        self._bodies = BodyReader(WebLimits(max_body_bytes=_MAX_BODY_BYTES))

    async def fields(self, request: Request) -> Mapping[str, Any]:
        """The fields of a JSON object or a form; none for an empty body. Raises `Problem`."""
        headers = request.headers
        self._bodies.check_declared(headers["content-length"].encode() if "content-length" in headers else None)
        body = await self._bodies.read(request.scope, request.receive)
        if not body.strip():
            return {}
        if is_form(request):
            try:
                return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS))
            except ValueError:
                raise _wrong(400, "the body is not a form", RejectionReason.NOT_JSON) from None
        try:
            content = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise _wrong(400, "the body is not JSON", RejectionReason.NOT_JSON) from None
        if not isinstance(content, dict):
            raise wrong_input("the body: must be an object")
        return content


def is_form(request: Request) -> bool:
    """Whether the body comes from an HTML form."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM


def reason_in(fields: Mapping[str, Any]) -> str:
    """Why the operator acts, as one line; empty when it is not said. Raises `Problem` 422."""
    reason = fields.get("reason")
    if reason is None:
        return ""
    if not isinstance(reason, str):
        raise wrong_input("reason: must be a string")
    line = " ".join("".join(character if character.isprintable() else " " for character in reason).split())
    if len(line) > MAX_REASON_LENGTH:
        raise wrong_input(f"reason: must not be longer than {MAX_REASON_LENGTH} characters")
    return line


def text_in(fields: Mapping[str, Any], name: str) -> str:
    """A text that must be there. Raises `Problem` 422."""
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise wrong_input(f"{name}: {'is missing' if value is None else 'must be a string that is not empty'}")
    return value.strip()


def wrong_input(error: str) -> Problem:
    """A body that is well formed and not what is asked for."""
    return _wrong(422, error, RejectionReason.SCHEMA)


def wrong_query(error: str) -> Problem:
    """A query that is not what is asked for."""
    return _wrong(400, error, RejectionReason.SCHEMA)


def _wrong(status: int, error: str, reason: RejectionReason) -> Problem:
    return Problem(status, error, reason=reason)
