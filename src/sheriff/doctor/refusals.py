"""Whether a live webhook refuses, in the right words, what is no message at all."""

from urllib.parse import urlsplit, urlunsplit

from sheriff.doctor.asking import LiveWebhook
from sheriff.doctor.credential import Credential
from sheriff.doctor.finding import Finding, fail, ok
from sheriff.doctor.replies import REFERENCE, refusal_problems


async def refusals_finding(webhook: LiveWebhook, credential: Credential, body: bytes, *, to_get: int) -> Finding:
    """What became of requests that `body`, a good tool call, was made unusable for; a GET was answered `to_get`."""
    not_json = await webhook.post(b'{"message": {"type": ', credential)
    other_type = await webhook.post(body, credential, content_type="text/plain")
    elsewhere = await webhook.post(body, credential, url=_beside(webhook.url))
    wrong = [
        f"{what}: {problem}"
        for what, reply, expected in (("not JSON", not_json, 400), ("text/plain", other_type, 415))
        for problem in refusal_problems(reply.status, reply.document, expected=expected)
    ]
    if to_get != 405:  # noqa: PLR2004
        wrong.append(f"GET: answered {to_get} instead of 405")
    if elsewhere.status != 404:  # noqa: PLR2004
        wrong.append(f"another path: answered {elsewhere.status} instead of 404")
    if wrong:
        return fail("refusals", "; ".join(wrong), REFERENCE)
    return ok("refusals", "not JSON 400, GET 405, text/plain 415, another path 404")


def _beside(url: str) -> str:
    """An address of the same service that is not its webhook."""
    return urlunsplit(urlsplit(url)._replace(path="/sheriff-check-no-such-path", query=""))
