"""By hand: `python -m tests.standin install`, or `python -m tests.standin run [options of sanity.mjs]`."""

import os
import sys

from tests.standin import HERE, install, node


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in ("install", "run"):
        print(__doc__, file=sys.stderr)
        return 2
    install()
    if arguments[0] == "run":
        os.execv(node(), [node(), str(HERE / "sanity.mjs"), *arguments[1:]])  # noqa: S606 - no shell is wanted
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
