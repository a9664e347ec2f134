"""The real servers that tests start, as fixtures: a folder's `conftest.py` imports those that its tests ask for."""

from tests.otlp_collector import collector
from tests.postgres_server import postgres_server, recordings_url
from tests.redis_server import redis_server
from tests.sanity_standin import sanity_standin, standin_process

__all__ = ["collector", "postgres_server", "recordings_url", "redis_server", "sanity_standin", "standin_process"]
