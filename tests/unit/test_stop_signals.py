"""The signals that ask a process to stop, held back and heard."""

import signal
import threading

from sheriff_web.stop_signals import STOP_SIGNALS, heard_stop_signals, held_stop_signals


def send(number: int) -> None:
    """To this thread alone: another one of the test runner's holds nothing back, and would end the process."""
    signal.pthread_kill(threading.get_ident(), number)


def held_now() -> set[int]:
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, ()))


async def test_a_stop_that_has_waited_is_heard():
    with held_stop_signals():
        send(signal.SIGTERM)
        with heard_stop_signals() as stop:
            await stop.wait()


async def test_what_comes_between_the_stop_and_the_end_of_the_process_changes_nothing():
    before = held_now()
    with held_stop_signals():
        with heard_stop_signals():
            assert held_now().isdisjoint(STOP_SIGNALS)
        assert held_now().issuperset(STOP_SIGNALS)
        for number in STOP_SIGNALS:
            send(number)
    assert held_now() == before


async def test_heard_alone_they_are_held_back_neither_before_nor_after():
    before = held_now()
    with heard_stop_signals():
        pass
    assert held_now() == before
