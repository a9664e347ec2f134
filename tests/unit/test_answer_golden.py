"""Every sentence the agent can ever say, for a person to read: `golden/sentences.txt`."""

import os
import re
from pathlib import Path

from sheriff_core.answer import ToolError, error_sentence
from sheriff_core.phrases import Sentence
from tests.unit.golden.walk import answers, lines

GOLDEN = Path(__file__).parent / "golden" / "sentences.txt"


def test_everything_that_can_be_said_is_what_was_read_and_approved() -> None:
    said = "".join(f"{line}\n" for line in lines())
    if os.environ.get("SHERIFF_GOLDEN") == "rewrite":
        GOLDEN.write_text(said, encoding="utf-8")
    approved = GOLDEN.read_text(encoding="utf-8")
    assert said == approved, "read the difference; if it is meant, run again with SHERIFF_GOLDEN=rewrite"


def test_the_walk_says_every_sentence_of_the_table() -> None:
    texts = [answer.text for _, answer in answers()] + [error_sentence(error) for error in ToolError]
    for sentence in Sentence:
        pattern = re.compile(".+?".join(map(re.escape, re.split(r"\{\w+\}", sentence))))
        assert any(pattern.search(text) for text in texts), f"{sentence.name} is never said"
