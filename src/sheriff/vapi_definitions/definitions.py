"""The two tools and the assistant, as Vapi's API takes them (CreateFunctionToolDTO, CreateAssistantDTO)."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from sheriff.webhook_address import webhook_address
from sheriff_core.tool_call import ToolName

# Vapi waits this long for us and then tells the caller that the tool failed. Our own last word leaves at 4.5 s.
TOOL_TIMEOUT_S = 5

# With a backoffPlan Vapi repeats everything that is not 2xx. These would fail the same way again; of what the listener
# says besides, 408 is worth a repetition: the body was too slow on its way.
NOT_REPEATED = [400, 401, 403, 404, 405, 413, 415, 422, 431]

MAX_NAME = 40  # of an assistant, in Vapi's schema
DEFAULT_NAME = "sheriff delivery status"
DEFAULT_PROVIDER = "openai"
DEFAULT_MODEL = "gpt-4.1"


class DeploymentError(ValueError):
    """A deployment no valid definition can be made for: says what is wrong."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the webhook answers, and with what the agent is made."""

    url: str  # the public address of the webhook; without a path, /webhook is meant
    credential_id: str | None = None  # Vapi's Custom Credential that signs or authorises its requests
    name: str = DEFAULT_NAME
    provider: str = DEFAULT_PROVIDER
    model: str = DEFAULT_MODEL

    def __post_init__(self) -> None:
        """Refuse what Vapi would refuse, or would accept and then not reach."""
        try:
            object.__setattr__(self, "url", webhook_address(self.url))
        except ValueError as error:
            raise DeploymentError(f"the url {error}") from error
        parts = urlsplit(self.url)
        if parts.username or parts.password:
            raise DeploymentError("the url must not carry a password: give Vapi a credential instead")
        if not 1 <= len(self.name) <= MAX_NAME:
            raise DeploymentError(f"an assistant's name has 1 to {MAX_NAME} characters")

    def server(self, backoff: dict[str, Any]) -> dict[str, Any]:
        """Vapi's `server`: where a message is sent, how long an answer may take, what is repeated."""
        return {
            "url": self.url,
            "timeoutSeconds": TOOL_TIMEOUT_S,
            **({"credentialId": self.credential_id} if self.credential_id else {}),
            "backoffPlan": {**backoff, "excludedStatusCodes": list(NOT_REPEATED)},
        }


def tools(deployment: Deployment) -> list[dict[str, Any]]:
    """Both tools."""
    return [
        _tool(
            deployment,
            ToolName.GET_DELIVERY_STATUS,
            "Look up where one delivery is and when it is expected. Call it every time the caller asks where a package "
            "is, what its status is, when it arrives, or asks to hear that again. Never answer from memory.",
            start="One moment while I look that up.",
        ),
        _tool(
            deployment,
            ToolName.GET_DELIVERY_ISSUE,
            "Look up whether a problem is recorded for one delivery, and what it is. Call it every time the caller "
            "asks whether something is wrong, why a package is late, or asks to hear that again. Never answer from "
            "memory.",
            start="Let me check whether a problem is recorded.",
        ),
    ]


def _tool(deployment: Deployment, name: ToolName, description: str, *, start: str) -> dict[str, Any]:
    return {
        "type": "function",
        "async": False,
        "function": {
            "name": name.value,
            "description": description,
            "strict": True,
            "parameters": _arguments(),
        },
        # Merged by Vapi after the model's arguments, which it outranks, and invisible to the model: the caller's
        # number comes from signalling and not from what somebody says.
        "parameters": [{"key": "callerNumber", "value": "{{ customer.number }}"}],
        "server": deployment.server({"type": "fixed", "maxRetries": 1, "baseDelaySeconds": 0}),
        "messages": [
            {"type": "request-start", "content": start, "blocking": False},
            {
                "type": "request-response-delayed",
                "content": "I'm still checking. Thank you for waiting.",
                "timingMilliseconds": 2000,
            },
            {
                "type": "request-failed",
                "content": "I'm sorry, I can't reach the delivery records right now. Shall I try again?",
            },
        ],
    }


def _arguments() -> dict[str, Any]:
    """What the model fills in, as strict mode wants it.

    Vapi switches strict mode off silently unless every property is required and no other is allowed; and its schema
    knows no type but a single word. So "not said" is an empty text, not null and not absence.
    """
    return {
        "type": "object",
        "properties": {
            "trackingNumber": {
                "type": "string",
                "description": "The tracking number as the caller said it, such as 'T R K one two three four "
                "five six'. Do not correct, complete or guess it.",
            },
            "phoneLastFour": {
                "type": "string",
                "description": "The last four digits of the phone number on the order, only if the caller has "
                "said them for that purpose in this call. Otherwise an empty string. Never guess.",
            },
        },
        "required": ["trackingNumber", "phoneLastFour"],
        "additionalProperties": False,
    }


def assistant(deployment: Deployment, *, tool_ids: Sequence[str] = ()) -> dict[str, Any]:
    """The assistant; with `tool_ids` it refers to stored tools, without them it carries both inside."""
    return {
        "name": deployment.name,
        "firstMessage": "Hello, you've reached delivery tracking. What is your tracking number?",
        "model": {
            "provider": deployment.provider,
            "model": deployment.model,
            "temperature": 0,
            "maxTokens": 250,
            "messages": [{"role": "system", "content": system_prompt()}],
            **({"toolIds": list(tool_ids)} if tool_ids else {"tools": tools(deployment)}),
        },
        "server": deployment.server({"type": "exponential", "maxRetries": 3, "baseDelaySeconds": 1}),
        # Named, because leaving it out means eleven defaults: several messages a second that nobody here reads.
        "serverMessages": ["tool-calls", "end-of-call-report", "status-update", "hang"],
        "maxDurationSeconds": 600,
        "backgroundSound": "off",
        "endCallPhrases": ["goodbye"],
        # What a caller says stays with us: no audio is kept, nobody listens in or steers the call from outside.
        # The transcript is what proves afterwards that the agent said only what a tool returned.
        "artifactPlan": {"recordingEnabled": False, "pcapEnabled": False, "transcriptPlan": {"enabled": True}},
        "monitorPlan": {"listenEnabled": False, "controlEnabled": False},
        "analysisPlan": {"summaryPlan": {"enabled": False}, "successEvaluationPlan": {"enabled": False}},
    }


def system_prompt() -> str:
    """What the model is told: `system_prompt.md`, for people to read and change."""
    return files("sheriff.vapi_definitions").joinpath("system_prompt.md").read_text(encoding="utf-8").strip()
