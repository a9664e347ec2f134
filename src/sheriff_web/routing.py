"""Routes that match a whole path, and the failures of all of them as JSON."""

import re
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from sheriff_web.problems import EXCEPTION_HANDLERS


def routed(routes: Sequence[BaseRoute]) -> Starlette:
    """An application of `routes` and nothing else: `/path/` is not `/path`, and `/path%0A` is not either."""
    for route in routes:
        if isinstance(route, Route):
            # Starlette ends its pattern with `$`, which also matches before a line end: whoever had looked at the
            # path before, as the operators' gate does, would have seen another one.
            route.path_regex = re.compile(route.path_regex.pattern.removesuffix("$") + r"\Z")
    app = Starlette(routes=routes, exception_handlers=EXCEPTION_HANDLERS)
    app.router.redirect_slashes = False  # `/webhook/` is not found, rather than sent elsewhere without its body
    return app
