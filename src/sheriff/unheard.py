"""An `EventSink` for commands: what they have to tell, they tell themselves."""

from sheriff_core.events import Event


class Unheard:
    """Nobody listens."""

    def emit(self, event: Event) -> None:
        """Pass over `event`."""
