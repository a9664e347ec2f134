"""The process's log, line by line."""

import asyncio
import io
import json
import logging
import re
import threading
import warnings

import pytest

from sheriff_adapters.telemetry import json_logs, log_queue
from sheriff_adapters.telemetry.json_logs import JsonLogs
from sheriff_adapters.telemetry.log_bursts import MAX_KEYS, Bursts
from sheriff_core.correlation import correlation_id

IDS = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")


class Now:
    """Seconds that move by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Logged:
    """Logs between entering and leaving; afterwards the lines."""

    def __init__(self, **options) -> None:
        self.stream = io.BytesIO()
        self.logs = JsonLogs(stream=self.stream, **options)

    def __enter__(self):
        self.logs.start()
        return self

    def __exit__(self, *_):
        self.logs.stop()

    @property
    def text(self) -> str:
        return self.stream.getvalue().decode()

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]


def test_each_line_is_one_json_object_with_the_fields_of_the_contract():
    with Logged() as logged:
        logging.getLogger("some.library").info("connected to %s", "redis")
    (line,) = logged.lines
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("timestamp"))
    assert line == {
        "level": "INFO",
        "message": "connected to redis",
        "logger": "some.library",
        "correlationId": None,
    }


def test_newlines_in_a_message_do_not_make_two_lines():
    with Logged() as logged:
        logging.getLogger("x").info('one\n{"level": "ERROR"}\u2028two')
    assert len(logged.text.splitlines(keepends=False)) >= 1
    assert logged.text.count("\n") == 1
    assert json.loads(logged.text)["message"].startswith("one\n")


def test_lines_of_libraries_carry_the_ids_of_the_task_that_logs():
    with Logged() as logged:
        logged.logs.ask(lambda: IDS)
        token = correlation_id.set("abc-123")
        logging.getLogger("aiohttp.client").warning("slow")
        correlation_id.reset(token)
    (line,) = logged.lines
    assert (line["correlationId"], line["trace_id"], line["span_id"]) == ("abc-123", *IDS)


async def test_ids_of_tasks_do_not_mix():
    async def request(name: str) -> None:
        correlation_id.set(name)
        for _ in range(20):
            logging.getLogger("library").info(name)
            await asyncio.sleep(0)

    with Logged() as logged:
        await asyncio.gather(*(request(f"request-{number}") for number in range(10)))
    assert len(logged.lines) == 200
    assert all(line["correlationId"] == line["message"] for line in logged.lines)


def test_arguments_are_taken_at_the_time_of_logging():
    held = {"n": 1}
    with Logged() as logged:
        for _ in range(50):
            logging.getLogger("x").info("%s", held)
        held["n"] = 2
    assert {line["message"] for line in logged.lines} == {"{'n': 1}"}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (  # as requests words an address that cannot be reached
            "Max retries exceeded with url: /v1/traces?api-key=hush (Caused by NewConnectionError)",
            "Max retries exceeded with url: /v1/traces?*** (Caused by NewConnectionError)",
        ),
        (
            "cannot reach https://user:hush@collector:4318/v1/traces",
            "cannot reach https://***@collector:4318/v1/traces",
        ),
        (  # nothing in the password is escaped
            "cannot reach postgresql://sheriff:h@u/s?h@db:5432/sheriff now",
            "cannot reach postgresql://***@db:5432/sheriff now",
        ),
        ("is that so? yes: 1/2", "is that so? yes: 1/2"),
    ],
)
def test_addresses_that_others_quote_lose_their_credentials(said: str, written: str):
    with Logged() as logged:
        logging.getLogger("some.library").warning("%s", said)
        try:
            raise OSError(said)
        except OSError:
            logging.getLogger("some.library").exception("that did not work")
    warned, failed = logged.lines
    assert warned["message"] == written
    assert failed["error"].startswith(f"OSError: {written}")


def test_exception_is_a_field_of_its_own_with_its_causes():
    with Logged() as logged:
        try:
            try:
                raise ConnectionRefusedError(111, "Connection refused")
            except OSError as error:
                raise RuntimeError("Maria Lopez is not in") from error
        except RuntimeError:
            logging.getLogger("x").exception("that did not work")
    (line,) = logged.lines
    assert line["message"] == "that did not work"
    assert "RuntimeError" in line["error"]
    assert "caused by ConnectionRefusedError: [Errno 111] Connection refused" in line["error"]
    assert "test_json_logs.py" in line["error"]
    assert "exc_info" not in line


def test_extra_fields_of_libraries_are_kept_and_cannot_overwrite_ours():
    with Logged() as logged:
        logging.getLogger("x").info(
            "hello", extra={"peer": "10.0.0.1", "level": "FAKE", "n": 3, "what": [1, {"a": b"b"}]}
        )
    (line,) = logged.lines
    assert (line["peer"], line["n"], line["level"], line["what"]) == ("10.0.0.1", 3, "INFO", [1, {"a": "b'b'"}])


def test_level_holds_back_what_is_below_it():
    with Logged(level="WARNING") as logged:
        logging.getLogger("x").info("no")
        logging.getLogger("x").warning("yes")
    assert [line["message"] for line in logged.lines] == ["yes"]


def test_warnings_of_python_are_logged():
    with Logged() as logged, warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    assert logged.lines[0]["logger"] == "py.warnings"


def test_stop_gives_the_root_logger_back_and_may_be_called_twice():
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    with Logged() as logged:
        assert root.handlers != before[0]
    logged.logs.stop()
    assert (root.handlers, root.level) == before


def test_burst_of_one_error_is_summarised():
    with Logged(bursts=Bursts(per_window=3, window_s=10, now=Now())) as logged:
        for number in range(1_000):
            logging.getLogger("library").error("peer %s went away", number)
            logging.getLogger("library").error("another matter")
        logging.getLogger("library").info("fine again")
    told = [line["message"] for line in logged.lines]
    assert told[:6] == [f"peer {n} went away" if i == 0 else "another matter" for n in range(3) for i in range(2)]
    assert told[6] == "fine again"
    summaries = [line for line in logged.lines if line.get("event") == "repeated"]
    assert [(s["level"], s["logger"], s["count"]) for s in summaries] == [("ERROR", "library", 997)] * 2
    assert summaries[0]["message"] == "more of the same: peer %s went away"
    assert len(told) == 9


def test_lines_below_a_warning_are_never_summarised():
    with Logged() as logged:
        for _ in range(300):
            logging.getLogger("sheriff.access").info("request served")
    assert len(logged.lines) == 300


def test_burst_is_summed_up_when_its_window_ends():
    now = Now()
    bursts = Bursts(per_window=2, window_s=10, now=now)
    assert [bursts.admit("a") for _ in range(5)] == [True, True, False, False, False]
    assert bursts.ended() == []
    assert bursts.next_end_s() == 10
    now.at = 10
    assert [(burst.key, burst.count) for burst in bursts.ended()] == [("a", 3)]
    assert bursts.ended() == []
    assert bursts.next_end_s() is None
    assert bursts.admit("a")


def test_burst_that_goes_on_is_summed_up_window_by_window():
    now = Now()
    bursts = Bursts(per_window=1, window_s=10, now=now)
    admitted = 0
    for second in range(40):
        now.at = second
        admitted += bursts.admit("a")
    assert admitted == 4
    assert [burst.count for burst in bursts.ended(all_of_them=True)] == [9, 9, 9, 9]


def test_kinds_beyond_the_bound_are_written_unsummarised():
    bursts = Bursts(per_window=1, now=Now())
    for number in range(MAX_KEYS):
        assert bursts.admit(number)
    assert bursts.admit("new")
    assert bursts.admit("new")
    assert not bursts.admit(0)


class Blocked(io.RawIOBase):
    """A standard output that takes nothing until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.taken = b""

    def write(self, text):
        self.go.wait(10)
        self.taken += text
        return len(text)


def test_blocked_output_never_delays_who_logs_and_losses_are_owned_up_to(monkeypatch):
    monkeypatch.setattr(log_queue, "MAX_QUEUED", 100)
    stream = Blocked()
    logs = JsonLogs(stream=stream)
    logs.start()
    for _ in range(1_000):
        logging.getLogger("x").info("hello")
    stream.go.set()
    logs.stop()
    lines = [json.loads(line) for line in stream.taken.splitlines()]
    lost = sum(line["count"] for line in lines if line["logger"] == "sheriff.logs")
    written = sum(line["logger"] == "x" for line in lines)
    assert lost > 0
    assert written + lost == 1_000


def test_stop_is_bounded_when_the_output_takes_nothing():
    stream = Blocked()
    logs = JsonLogs(stream=stream)
    logs.start()
    logging.getLogger("x").info("hello")
    logs.stop(timeout_s=0.05)
    assert stream.taken == b"", "it came back although nothing was taken"
    stream.go.set()


class TakesLittle(io.RawIOBase):
    """A pipe that does not wait: every other time it takes nothing, else seven bytes."""

    def __init__(self) -> None:
        self.taken = b""
        self.asked = 0

    def write(self, text):
        self.asked += 1
        if self.asked % 2:
            return None
        self.taken += bytes(text[:7])
        return len(text[:7])


def test_output_that_takes_a_few_bytes_at_a_time_gets_every_line_whole(monkeypatch):
    monkeypatch.setattr(json_logs, "GATHER_S", 0)
    stream = TakesLittle()
    logs = JsonLogs(stream=stream)
    logs.start()
    for number in range(3):
        logging.getLogger("x").info("line %d", number)
    logs.stop(timeout_s=10)
    assert [json.loads(line)["message"] for line in stream.taken.splitlines()] == ["line 0", "line 1", "line 2"]


class Refusing(io.RawIOBase):
    """A pipe whose reader is away at first."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.refused = threading.Event()
        self.taken = b""

    def write(self, text):
        if not self.refused.is_set():
            self.refused.set()
            raise self.error
        self.taken += bytes(text)
        return len(text)


@pytest.mark.parametrize("error", [BrokenPipeError(), ValueError("write to closed file")])
def test_output_that_fails_does_not_end_the_writer_and_the_loss_is_owned_up_to(error):
    stream = Refusing(error)
    logs = JsonLogs(stream=stream)
    logs.start()
    logging.getLogger("x").info("nobody hears this")
    assert stream.refused.wait(10)
    logging.getLogger("x").info("the next one")
    logs.stop(timeout_s=10)
    told = {line["message"]: line.get("count") for line in map(json.loads, stream.taken.splitlines())}
    assert told == {"the next one": None, "log lines were lost: nobody took them": 1}


@pytest.mark.parametrize(
    "log",
    [
        lambda: logging.getLogger("x").info("%d apples", "Maria"),
        lambda: logging.getLogger("x").info("odd", extra={"held": Unprintable()}),
    ],
)
def test_line_that_cannot_be_made_is_owned_up_to_without_its_content(log, capsys):
    with Logged() as logged:
        log()
        logging.getLogger("x").info("the next one")
    assert [line["message"] for line in logged.lines] == ["a log line could not be written", "the next one"]
    assert "Maria" not in logged.text + capsys.readouterr().err


class Unprintable:
    def __str__(self) -> str:
        raise ValueError("Maria")
