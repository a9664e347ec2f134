"""sheriff, assembled: settings, the composition root, and the commands."""


def __getattr__(name: str) -> str:
    """`__version__`, read when it is asked for: reading it costs more time than all of `sheriff health` may take."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sheriff")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0+source"
