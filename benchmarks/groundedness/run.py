"""Measure the scorer: how many fabrications it catches, and how often it cries wolf.

Run `.venv/bin/python -m benchmarks.groundedness.run` from the repository's root. `--misses` lists every miss, `--report
FILE` writes them down. While the scorer is changed, those of the voice held apart are counted and not read.
"""

import argparse
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.groundedness import wordings_held_apart, wordings_tuning, wordings_tuning_b, wordings_tuning_c
from benchmarks.groundedness.corpus import Utterance, utterances
from benchmarks.groundedness.records import TODAY
from sheriff_core.evaluation.groundedness import CallScore, score_call

ROUNDS = 2  # each template so many times, with other deliveries
SEEDS = {"tuning": 20260212, "tuning, second voice": 20260213, "tuning, third voice": 20260214, "held apart": 20260215}


def score(utterance: Utterance) -> CallScore:
    """Score one utterance as a call of one turn."""
    end: dict[str, Any] = {
        "schema": 1,
        "kind": "end_of_call",
        "callId": "call",
        "receivedAt": f"{TODAY}T09:31:00.000Z",
        "startedAt": f"{TODAY}T09:29:00.000Z",
        "transcript": [{"role": "assistant", "text": utterance.text, "secondsFromStart": None}],
        "toolResults": [],
    }
    return score_call(end, [utterance.record.tool_call(utterance.outcome)])


def measure(half: str, words: ModuleType, *, rounds: int, show: bool, report: list[str]) -> None:
    """Score one half and print its figures per kind and per change."""
    corpus = list(utterances(words, SEEDS[half], rounds))
    started = time.process_time()
    scores = [score(utterance) for utterance in corpus]
    seconds = time.process_time() - started  # of the processor: neighbours do not count
    false_alarms: dict[str, Counter[bool]] = defaultdict(Counter)
    caught: dict[str, Counter[bool]] = defaultdict(Counter)
    for utterance, result in zip(corpus, scores, strict=True):
        if utterance.change:
            caught[utterance.change][result.fabricated] += 1
        else:
            false_alarms[utterance.kind][result.fabricated] += 1
        if bool(utterance.change) != result.fabricated:
            flagged = "; ".join(f"{c.kind} {c.verdict}: {c.text!r}" for c in result.claims if c.verdict != "supported")
            line = _line(utterance, flagged)
            report.append(f"{half}: {line}")
            if show:
                print(line)
    sentences = sum(len(re.findall(r"[.!?]+(?:\s|$)", utterance.text)) or 1 for utterance in corpus)
    templates = sum(map(len, words.TEMPLATES.values()))
    print(f"\n== {half}: {len(corpus)} utterances, {len({u.text for u in corpus})} different, {templates} templates")
    print(
        f"   {len(corpus) / seconds:,.0f} utterances ({sentences / seconds:,.0f} sentences) a second of processor time"
    )
    _table("faithful: false alarms", false_alarms, wrong=True)
    _table("fabricated: missed", caught, wrong=False)


def _line(utterance: Utterance, flagged: str) -> str:
    label = f"MISSED ({utterance.change})" if utterance.change else "FALSE ALARM"
    return f"{label} [{utterance.kind}] {utterance.text!r} | {utterance.record} | {flagged}"


def _table(title: str, counts: dict[str, Counter[bool]], *, wrong: bool) -> None:
    total: Counter[bool] = sum(counts.values(), Counter())
    print(f"{title:40} {'number':>7} {'wrong':>6} {'share':>8}")
    for name, count in [*sorted(counts.items()), ("all", total)]:
        number = sum(count.values())
        print(f"  {name:38} {number:7} {count[wrong]:6} {count[wrong] / number:8.2%}")


def main() -> None:
    """Measure both halves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list every miss")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="render each template so many times")
    parser.add_argument("--report", type=Path, help="write every miss of both halves to this file")
    arguments = parser.parse_args()
    report: list[str] = []
    measure("tuning", wordings_tuning, rounds=arguments.rounds, show=arguments.misses, report=report)
    measure("tuning, second voice", wordings_tuning_b, rounds=arguments.rounds, show=arguments.misses, report=report)
    measure("tuning, third voice", wordings_tuning_c, rounds=arguments.rounds, show=arguments.misses, report=report)
    measure("held apart", wordings_held_apart, rounds=arguments.rounds, show=arguments.misses, report=report)
    if arguments.report:
        arguments.report.write_text("".join(f"{line}\n" for line in report), encoding="utf-8")


if __name__ == "__main__":
    main()
