"""Nobody without the credential may be answered."""

from collections.abc import Callable

from sheriff.doctor.asking import LiveWebhook
from sheriff.doctor.credential import Credential
from sheriff.doctor.finding import Finding, fail, ok


async def strangers_finding(webhook: LiveWebhook, credential: Credential, tool_call: Callable[[], bytes]) -> Finding:
    """Post a tool call as strangers would: each must hear 401. Raises `NoAnswerError` and `OutOfTimeError`."""
    attempts: dict[str, Credential | None] = {"without a credential": None, "with a wrong one": credential.wrong()}
    if (old := credential.too_old()) is not None:
        attempts["signed too long ago"] = old
    let_in = []
    for how, presented in attempts.items():
        reply = await webhook.post(tool_call(), presented)
        if reply.status != 401:  # noqa: PLR2004 - HTTP's own number
            let_in.append(f"a request {how} got {reply.status} instead of 401")
    if let_in:
        return fail(
            "authentication",
            "; ".join(let_in),
            "Strangers may get in: is VAPI_AUTH of the service the one of this environment, and not none?",
        )
    return ok("authentication", f"{credential.auth}: refused with 401 {', '.join(attempts)}")
