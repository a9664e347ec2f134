"""Real servers for tests of whole processes; each starts when a test first asks for it."""

from tests.servers import *  # noqa: F403 - fixtures
