"""What operators did and how the breaker moved: the last of each."""

from sheriff_core.correlation import correlation_id
from sheriff_core.events import BreakerMoved, LookupEnded, OperatorActed
from sheriff_core.logbook import KEPT, Logbook
from tests.fakes import START, FakeClock


def test_acts_and_moves_are_kept_newest_first_with_their_time_and_correlation_id():
    book = Logbook(FakeClock())
    token = correlation_id.set("corr-1")
    for reason in ("first", "second"):
        book.emit(OperatorActed("breaker.reset", "ann", reason, "open", "closed"))
    correlation_id.reset(token)
    book.emit(BreakerMoved("open", "closed", "second", 0))
    book.emit(LookupEnded("hit"))
    assert [(act.reason, act.at, act.correlation_id) for act in book.acts()] == [
        ("second", START, "corr-1"),
        ("first", START, "corr-1"),
    ]
    assert [(move.from_state, move.to_state) for move in book.moves()] == [("open", "closed")]


def test_the_oldest_entry_goes_when_the_book_is_full():
    book = Logbook(FakeClock())
    for number in range(KEPT + 5):
        book.emit(OperatorActed("cache.forget", "ann", f"{number}"))
        book.emit(BreakerMoved("closed", "open", f"{number}", 1))
    assert (len(book.acts()), len(book.moves())) == (KEPT, KEPT)
    assert (book.acts()[-1].reason, book.moves()[-1].reason) == ("5", "5")
