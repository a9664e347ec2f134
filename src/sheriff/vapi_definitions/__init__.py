"""The agent itself: its tools and its assistant as Vapi defines them, and how they get into a Vapi account."""

from sheriff.vapi_definitions.definitions import Deployment, DeploymentError, assistant, tools

__all__ = ["Deployment", "DeploymentError", "assistant", "tools"]
