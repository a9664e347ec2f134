"""A text with its claims marked: nothing of it is lost, and the worst that is said of a stretch is shown."""

from hypothesis import given
from hypothesis import strategies as st

from sheriff_core.evaluation.marked_text import WORST_FIRST, Piece, pieces

TEXT = "It arrives on Friday by drone."
claims = st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.sampled_from(WORST_FIRST)))


@given(claims)
def test_the_pieces_are_the_text(marked: list[tuple[int, int, str]]) -> None:
    assert "".join(piece.text for piece in pieces(TEXT, marked)) == TEXT


def test_a_claim_is_cut_out_with_its_verdict() -> None:
    assert pieces(TEXT, [(14, 20, "supported")]) == (
        Piece("It arrives on "),
        Piece("Friday", "supported"),
        Piece(" by drone."),
    )


def test_where_claims_overlap_the_worst_verdict_shows() -> None:
    marked = [(3, 29, "supported"), (14, 20, "contradicted"), (14, 29, "unsupported")]
    assert [(piece.text, piece.verdict) for piece in pieces(TEXT, marked)][1:4] == [
        ("arrives on ", "supported"),
        ("Friday", "contradicted"),
        (" by drone", "unsupported"),
    ]


def test_the_worst_of_overlapping_claims_shows_and_an_empty_one_nowhere() -> None:
    marked = [(4, 8, "contradicted"), (0, 6, "supported"), (9, 9, "unsupported")]
    assert pieces("0123456789", marked) == (
        Piece("0123", "supported"),
        Piece("45", "contradicted"),
        Piece("67", "contradicted"),
        Piece("8"),
        Piece("9"),
    )
