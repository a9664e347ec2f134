"""sheriff, assembled: settings, the composition root, and the commands."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("sheriff")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+source"
