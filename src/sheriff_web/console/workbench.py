"""What the operators' page is made of: everything it reads, and the few things it may do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheriff_core.breaker import CircuitBreaker
from sheriff_core.evaluation.replay import Replayed
from sheriff_core.health import Health
from sheriff_core.logbook import Logbook
from sheriff_core.ports import Clock, Recordings
from sheriff_core.rolling_figures import RollingFigures
from sheriff_web.authentication import Secrets
from sheriff_web.operator_acts import OperatorActs
from sheriff_web.operator_sessions import OperatorSessions


@dataclass(frozen=True, slots=True)
class About:
    """Which process this is. Both mappings are variable to value, as they may be shown: secrets are masked already."""

    version: str
    instance: str
    source: str  # where deliveries are recorded, in words
    chosen: Mapping[str, str] = field(default_factory=dict)  # settings that differ from what is shipped
    shipped: Mapping[str, str] = field(default_factory=dict)  # settings left as they are


@dataclass(frozen=True, slots=True)
class Workbench:
    """Everything within reach of the page. Without `recordings` nothing can be found; without `token` nobody signs in.

    `replay` answers a recorded tool call again (raises `UnreadableInteractionError`) and runs in a thread; `changes`
    tells two texts apart, word by word: pairs of `same`, `removed` or `added`, and the words.
    """

    about: About
    health: Health
    breaker: CircuitBreaker
    figures: RollingFigures
    logbook: Logbook
    acts: OperatorActs
    recordings: Recordings | None
    replay: Callable[[Mapping[str, Any]], Replayed]
    changes: Callable[[str, str], Iterator[tuple[str, str]]]
    clock: Clock
    sessions: OperatorSessions
    token: Secrets | None
