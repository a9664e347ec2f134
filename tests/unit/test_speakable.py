"""Recorded text as it can be spoken."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sheriff_core.speakable import cut_at_sentence, readable, speakable


@pytest.mark.parametrize(
    "text",
    [
        "Gate locked; driver will try again at 3:30 PM.",
        "Zoë O'Brien-Łukasz & Sons, Inc.",
        "Пакет на складе №5",
        "配達員は戻ります。",
        "Keep below 4°C (€20 fee), call +49 30 123456",
        "कृपया",
        "Batch #12 at A_B",
        "50% off, today…",
        "AT&T; R&D, Q&A &notes &unknown; &copyright; &",
    ],
)
def test_words_are_kept_to_the_letter(text: str) -> None:
    assert speakable(text) == text


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("  Gate\r\nlocked\t today\u2028now\u00a0ok\x85so ", "Gate locked today now ok so"),
        ("a\x00b\x07c\u200bd\u202ee\ufefff", "abcdef"),
        ("Lost 😀📦 again 👩‍👩‍👧 ☀️ ok 👍🏽", "Lost again ok"),
        ("<speak>Hi <break time='3s'/>there</speak>", "Hi there"),
        ("<!-- x --><script>alert(1)</script>Hi<?php ?>", "alert(1) Hi"),
        ("<<b>b>Hi", "less than b greater than Hi"),
        ("weighs < 5 kg, width>3", "weighs less than 5 kg, width greater than 3"),
        ("**Late** and `held` ~~not~~ __lost__", "Late and held not lost"),
        ("# Note\n> quoted\nSee [the page](https://example.org/a_b)", "Note quoted See the page"),
        ("Call {{customer.number}} {% assign x = 1 %}", "Call customer.number % assign x = 1 %"),
        ("😀", ""),
        ("<br/>", ""),
        ("", ""),
        ("\ud800x", "x"),
        ("Boxes of 20*30*40 cm", "Boxes of 20 30 40 cm"),
        ("Back in 10~~12 days, 1__2, {3}{4}", "Back in 10 12 days, 1 2, 3 4"),
        ("Moved from 3\u27a15, shelf 5📦\ufe0f3, 14\u250215", "Moved from 3 5, shelf 5 3, 14 15"),
        ("Fee of 1\u2060000", "Fee of 1000"),
        (
            "Write to <desk@example.org> or <https://example.org/a>",
            "Write to desk@example.org or https://example.org/a",
        ),
        ("left at <front porch>", "left at less than front porch greater than"),
        ("<p class='a' hidden>Hi</p ><BR />", "Hi"),
        ("> 3 days", "greater than 3 days"),
        ("O&#39;Brien &amp; Sons&nbsp;Ltd. &#x1F4E6;", "O'Brien & Sons Ltd."),
        ("&lt;break time=&quot;9s&quot;/&gt;Hi &amp;lt;b&amp;gt;there", "Hi there"),
        ("&nbsp;", ""),
        (">  €5 to pay", "greater than €5 to pay"),
    ],
)
def test_what_no_voice_can_say_goes(text: str, spoken: str) -> None:
    assert speakable(text) == spoken


@example("\u2776 \U0001f100")
@given(st.text(max_size=300) | st.text(alphabet="<>{}*_`~#[](): /abA!?-😀\n\u200d\ufe0f", max_size=120))
def test_any_text_becomes_one_plain_line(text: str) -> None:
    spoken = speakable(text)
    assert spoken == " ".join(spoken.split())
    figures = {c for c in spoken if unicodedata.category(c) == "No"}  # "\u2776" is a one among pictures
    assert not {*re.findall(r"[<>{}*`\U0001f000-\U0001faff\u2600-\u27bf]", spoken)} - figures
    assert not {unicodedata.category(c) for c in spoken} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.lists(st.text(st.sampled_from("*`{}📦\x07\u20e3"), min_size=1, max_size=4), max_size=6))
def test_what_goes_never_makes_one_number_of_two(between: list[str]) -> None:
    assert set(re.findall("[0-9]+", speakable("30" + "".join(f"{marks}30" for marks in between)))) == {"30"}


@given(st.text(alphabet=st.characters(categories=["L", "N", "Po"], exclude_characters="*#"), max_size=100))
def test_letters_and_figures_are_never_lost(text: str) -> None:
    assert speakable(f"{text}a") == f"{text}a"


@pytest.mark.parametrize("text", ["-", "\u2014", "...", "?!", "(-)", "\u201c\u201d", "/", " - \n - "])
def test_punctuation_alone_is_nothing_that_a_voice_can_say(text: str) -> None:
    assert speakable(text) == ""
    assert readable(text, 100) == ""


@pytest.mark.parametrize("text", ["5", "%", "#", "&", "\u20ac", "(x)", "- 1"])
def test_a_figure_or_a_symbol_that_is_read_as_a_word_is_said(text: str) -> None:
    assert speakable(text) == text


def test_a_hostile_text_takes_no_time() -> None:
    assert len(speakable("<a" * 50_000)) > 100_000
    assert len(speakable("[(" * 50_000 + "a")) == 100_001
    speakable("<" * 30_000 + "a" + ">" * 30_000)


def test_a_value_is_read_whole_or_not_at_all() -> None:
    assert readable("Maria", 5) == "Maria"
    assert readable("Marias", 5) == ""
    assert readable("😀", 5) == ""
    assert readable(None, 5) is None
    assert readable(" \n", 5) is None


@pytest.mark.parametrize(
    ("room", "cut"),
    [
        (100, "One two. Three? (Four!) Five six"),
        (31, "One two. Three? (Four!)"),
        (23, "One two. Three? (Four!)"),
        (22, "One two. Three?"),
        (8, "One two."),
        (7, "One"),
        (6, "One"),
        (3, "One"),
        (2, ""),
        (0, ""),
        (-5, ""),
    ],
)
def test_text_is_cut_at_the_end_of_a_sentence_else_of_a_word(room: int, cut: str) -> None:
    assert cut_at_sentence("One two. Three? (Four!) Five six", room) == cut


def test_a_full_stop_within_a_figure_ends_no_sentence() -> None:
    assert cut_at_sentence("Fee is 3.50 euros and more", 12) == "Fee is 3.50"


@given(st.text(alphabet="ab .!?。", max_size=80), st.integers(-3, 90))
def test_a_cut_text_fits_and_is_a_beginning(text: str, room: int) -> None:
    text = speakable(text)
    cut = cut_at_sentence(text, room)
    assert text.startswith(cut)
    assert len(cut) <= max(room, 0)
