"""Sanity's stand-in as a fixture, for tests that carry the marker `node`."""

from collections.abc import Iterator

import pytest

from tests.missing import missing
from tests.standin import NodeMissingError, SanityStandin


@pytest.fixture(scope="session")
def standin_process() -> Iterator[SanityStandin]:
    standin = SanityStandin()
    try:
        standin.start()
    except NodeMissingError as error:
        missing(str(error))
    yield standin
    standin.stop()


@pytest.fixture
def sanity_standin(standin_process: SanityStandin) -> Iterator[SanityStandin]:
    """Healthy, empty, and with no request seen."""
    standin_process.reset()
    yield standin_process
    standin_process.reset()
