"""Templates into replies: escaped, in a thread, and with a policy that lets nothing in from elsewhere."""

import asyncio
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from sheriff_web.console import charts, words

SECURITY_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class Renderer:
    """Renders the templates of this package; loads each when it is first wanted."""

    def __init__(self) -> None:
        """This will escape everything that a template is given."""
        self._environment = Environment(
            loader=PackageLoader("sheriff_web.console", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "percent": words.percent,
            "duration": words.duration,
            "rate": words.rate,
            "age": words.age,
            "clock": words.clock_time,
            "day": words.day_and_time,
            "instant": words.instant,
        }
        self._environment.globals |= {"chart": charts}

    def warm(self) -> None:
        """Load every template now, which takes a tenth of a second that the first visitor need not wait for."""
        for name in self._environment.list_templates(extensions=["html"]):
            self._environment.get_template(name)

    async def reply(self, name: str, values: dict[str, Any], *, status: int = 200) -> Response:
        """Render the template `name`, in a thread: a long transcript takes long, and callers wait on the loop."""
        text = await asyncio.to_thread(self._render, name, values)
        body = text.encode("utf-8", "replace")  # what is shown as JSON may hold half of a surrogate pair
        return Response(body, status, {"content-type": "text/html; charset=utf-8", **SECURITY_HEADERS})

    def _render(self, name: str, values: dict[str, Any]) -> str:
        return self._environment.get_template(name).render(values)
