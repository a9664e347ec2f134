"""What a report calls the recordings it was made of."""

from pathlib import PurePath

from sheriff_adapters.recordings.jsonl import is_jsonl
from sheriff_adapters.recordings.urls import PostgresUrl, parse_recordings_url


def recordings_name(where: str) -> str:
    """The name of the file that `where` says, or the address of a server, without a password wherever that stands."""
    if is_jsonl(where):
        return PurePath(where).name
    address = parse_recordings_url(where)
    return str(address) if isinstance(address, PostgresUrl) else address.path.name
