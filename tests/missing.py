"""What a test needs and cannot have here: it is skipped and named, and where everything is to be there it fails."""

import os
from typing import NoReturn

import pytest


def missing(message: str) -> NoReturn:
    """Skip the present test, saying what to install; in CI fail it, so that nothing passes silently."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
