"""Real servers for contract tests; each starts when a test first asks for it."""

from tests.servers import *  # noqa: F403 - fixtures
