"""How well tracking numbers are read as they are spoken, kind by kind, and how fast.

Run: .venv/bin/python -m benchmarks.speech.numbers [--per-kind N] [--seed N]
"First right": the likeliest reading is the number. "Held": one of the readings is. "Alone": it is the only reading.
Exits 1 when a clear kind falls below 99 % first right, or any kind below 99 % held.
"""

import argparse
import string
import sys
from dataclasses import dataclass, field
from random import Random
from time import perf_counter_ns

from benchmarks.speech.renderers import RENDERERS, Renderer
from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.tracking_number import read_tracking_number

POLICY = TrackingNumberPolicy()
FLOOR = 0.99


@dataclass
class Tally:
    renderer: Renderer
    said: int = 0
    first: int = 0
    held: int = 0
    alone: int = 0
    microseconds: list[float] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def add(self, number: str, spoken: str) -> None:
        start = perf_counter_ns()
        found = read_tracking_number(spoken, POLICY)
        self.microseconds.append((perf_counter_ns() - start) / 1_000)
        readings = found.readings if found else ()
        self.said += 1
        self.first += readings[:1] == (number,)
        self.held += number in readings
        self.alone += readings == (number,)
        if readings[:1] != (number,):
            verdict = "second" if number in readings else "MISSED"
            self.misses.append(
                f"{verdict}  {self.renderer.kind}: {spoken!r} is {number}, read as {', '.join(readings)}"
            )


def some_number(dice: Random, alphabet: str) -> str:
    """Prefixes, lengths and repeats as carriers print them."""
    letters = "".join(dice.choices(alphabet, k=dice.choice((0, 2, 2, 3, 3))))
    digits = "".join(dice.choices(string.digits, k=dice.randint(4, 9)))
    if dice.random() < 0.4:
        at = dice.randrange(len(digits) - 1)
        digits = digits[:at] + digits[at] * dice.choice((2, 3)) + digits[at + 2 :]
    return letters + digits + "".join(dice.choices(alphabet, k=dice.choice((0, 0, 2))))


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:6.1f} %"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-kind", type=int, default=100, help="spoken forms of each kind")
    parser.add_argument("--seed", type=int, default=20260214)
    parser.add_argument("--all", action="store_true", help="list also what is ambiguous and held, but not first")
    options = parser.parse_args()
    dice = Random(options.seed)
    tallies = [Tally(renderer) for renderer in RENDERERS]
    for tally in tallies:
        for _ in range(options.per_kind):
            number = some_number(dice, tally.renderer.letters)
            tally.add(number, tally.renderer.render(number, dice))

    total = sum(tally.said for tally in tallies)
    print(f"{total} spoken forms, seed {options.seed}\n")
    print(f"{'kind':22}{'forms':>6}{'first right':>13}{'held':>10}{'alone':>10}{'median us':>11}{'95 % us':>10}")
    for title, is_clear in (("clear", True), ("ambiguous by nature", False)):
        print(f"-- {title}")
        for tally in (tally for tally in tallies if tally.renderer.is_clear is is_clear):
            times = sorted(tally.microseconds)
            print(
                f"{tally.renderer.kind:22}{tally.said:6}{percent(tally.first, tally.said):>13}"
                f"{percent(tally.held, tally.said):>10}{percent(tally.alone, tally.said):>10}"
                f"{times[len(times) // 2]:11.1f}{times[len(times) * 95 // 100]:10.1f}"
            )
    clear = [tally for tally in tallies if tally.renderer.is_clear]
    share = sum(tally.first for tally in clear) / sum(tally.said for tally in clear)
    print(f"\nclear kinds: first reading right {100 * share:.2f} %, floor {100 * FLOOR:.0f} %")
    misses = [miss for tally in tallies for miss in tally.misses if tally.renderer.is_clear or "MISSED" in miss]
    print(f"\nmisses (not held, or clear and not first): {len(misses)}")
    print("\n".join(misses))
    if options.all:
        print("\nambiguous by nature, held, not first:")
        print("\n".join(miss for tally in tallies for miss in tally.misses if miss not in misses))
    is_good = all(tally.first >= FLOOR * tally.said for tally in clear)
    return 0 if is_good and all(tally.held >= FLOOR * tally.said for tally in tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
