"""Both listeners of a real process against machines that look for what nobody thought of."""

import asyncio
import contextlib
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.system.attack import CALL, MIB, head, statuses, under_attack
from tests.system.service import ROOT, SECRET

# 501 is the one reply of its class that is a client's own doing: an unknown transfer coding (RFC 9112, 6.1).
CLIENTS_OWN = {100, 200, 400, 401, 403, 404, 405, 408, 413, 415, 422, 431, 501}
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance"
)


async def fuzzed(address: str, *which: str, cwd: Path) -> str:
    """What schemathesis says when it found something; nothing when it did not."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / "schemathesis", "run", ROOT / "docs" / "reference" / "openapi.yaml",
        "--url", address, *which, "--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--checks", CHECKS,
        "--seed", "1", "--generation-database", "none", "--suppress-health-check", "all", "--no-color",
        cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    return told.decode() if process.returncode != 0 or b" generated" not in told else ""


async def test_the_webhook_answers_as_its_description_says(tmp_path: Path) -> None:
    async with under_attack() as victim:
        which = ("--include-path", "/webhook", "--header", f"X-Vapi-Secret: {SECRET}")
        assert await fuzzed(victim.running.public, *which, cwd=tmp_path) == ""


async def test_the_internal_side_answers_as_its_description_says(tmp_path: Path) -> None:
    recordings = {"SHERIFF_RECORDINGS_URL": f"sqlite:///{tmp_path / 'recordings.db'}"}
    # No callers beside it: it isolates the breaker, as operators may, and then they hear an apology.
    async with under_attack(recordings, memory_growth=64 * MIB, callers=False) as victim:
        assert await fuzzed(victim.running.internal, "--exclude-path", "/webhook", cwd=tmp_path) == ""
        assert (await victim.running.act("/admin/circuit-breaker/reset"))[0] == 200


NAMES = st.sampled_from(
    [
        *(b"content-length", b"transfer-encoding", b"connection", b"content-type", b"content-encoding", b"expect"),
        *(b"upgrade", b"host", b"x-vapi-secret", b"x-correlation-id", b"traceparent", b"te", b"trailer", b"cookie"),
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            *(b"0", b"5", b"-1", b"1e3", b"99999999999", b"chunked", b"gzip, chunked", b"identity", b"close"),
            *(b"keep-alive", b"100-continue", b"h2c", b"websocket", b"application/json", b"text/plain", b""),
        ]
    ),
    st.binary(max_size=40),
)
PIECES = st.one_of(
    st.sampled_from(
        [
            *(
                b"\r\n",
                b"\n",
                b"\r",
                b"\0",
                b":",
                b" ",
                b"\t",
                b"0\r\n\r\n",
                b"5\r\nhello\r\n",
                b"ffffffffffffffff\r\n",
            ),
            *(
                CALL,
                CALL[: len(CALL) // 2],
                b"HTTP/1.1",
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                b"POST /webhook HTTP/1.1\r\n",
            ),
        ]
    ),
    st.binary(max_size=60),
    st.builds(lambda name, value: name + b": " + value + b"\r\n", NAMES, VALUES),
)
REQUESTS = st.one_of(
    st.lists(PIECES, max_size=12).map(b"".join),
    st.builds(
        lambda lines, body: head().removesuffix(b"\r\n") + b"".join(lines) + b"\r\n" + body,
        st.lists(st.builds(lambda name, value: name + b": " + value + b"\r\n", NAMES, VALUES), max_size=4),
        st.lists(PIECES, max_size=4).map(b"".join),
    ),
    st.builds(
        lambda place, noise: (whole := head({"content-length": len(CALL)}) + CALL)[:place] + noise + whole[place:],
        st.integers(0, 250),
        st.binary(min_size=1, max_size=8),
    ),
)


def test_no_bytes_on_a_connection_make_the_service_fail() -> None:
    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        victim = runner.run(stack.enter_async_context(under_attack()))

        @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(sent=REQUESTS)
        def fuzz(sent: bytes) -> None:
            said = runner.run(victim.say(sent, quiet_s=0.1, must_close=False))
            assert set(statuses(said)) <= CLIENTS_OWN, said

        try:
            fuzz()
        finally:
            runner.run(stack.aclose())
