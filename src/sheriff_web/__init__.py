"""The web shell: two ASGI applications (`public`, `internal`) and the server that runs both.

Thin on purpose: it turns HTTP into plain values for the domain and the answers back into HTTP, and decides nothing.
"""
