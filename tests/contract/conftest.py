"""Real servers for contract tests."""

import os
from collections.abc import Iterator

import pytest

from tests.standin import NodeMissingError, SanityStandin


@pytest.fixture(scope="session")
def _standin_process() -> Iterator[SanityStandin]:
    standin = SanityStandin()
    try:
        standin.start()
    except NodeMissingError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield standin
    standin.stop()


@pytest.fixture
def sanity_standin(_standin_process: SanityStandin) -> Iterator[SanityStandin]:
    """Sanity's stand-in: healthy, empty, and with no request seen."""
    _standin_process.reset()
    yield _standin_process
    _standin_process.reset()
