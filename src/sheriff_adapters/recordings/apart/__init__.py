"""Recordings written by a process of their own: `opening` is the service's door, `writer` the other process."""
