"""Real servers for contract tests."""

from tests.sanity_standin import sanity_standin as sanity_standin  # noqa: PLC0414 - a fixture
from tests.sanity_standin import standin_process as standin_process  # noqa: PLC0414 - a fixture
