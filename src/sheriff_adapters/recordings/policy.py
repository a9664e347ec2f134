"""Every bound of the recordings, named, with its unit and its default."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RecordingPolicy:
    """How long a caller may wait for a recording, and how much may wait for a store that is away."""

    ack_bound_s: float | None = 0.05  # the longest that `record` keeps a reply waiting (docs/adr/0009); None: for ever
    move_every_s: float = 0.25  # from the spool into the store, when much happens; at once when little does
    move_rows: int = 500  # or when so many wait
    settle_within_s: float = 1.0  # how long a reader waits until what was acknowledged before is in the store
    queue_entries: int = 10_000  # held in memory at most, by each process; beyond it one is lost, and counted
    queue_bytes: int = 64 * 1024 * 1024
    spool_entries: int = 200_000  # held in the local spool file at most
    spool_bytes: int = 256 * 1024 * 1024
    spool_compact_bytes: int = 1024 * 1024  # of what has been moved already may stay in the file
    spool_held_rows: int = 2_000  # of those in the file, held in memory too: moving them needs no reading
    adopt_every_s: float = 10.0  # what a process of this machine left that died is looked for as often
    spool_directory: Path | None = None  # None: beside the SQLite file, else the working directory
    batch_rows: int = 500  # in one commit at most
    batch_bytes: int = 4 * 1024 * 1024
    write_timeout_s: float = 5.0  # PostgreSQL: a commit without an answer for this long has failed
    migrate_timeout_s: float = 600.0  # PostgreSQL: tables of an earlier version are made current within this
    connect_timeout_s: float = 3.0  # PostgreSQL
    read_timeout_s: float = 10.0  # PostgreSQL: one page
    busy_timeout_s: float = 1.0  # SQLite: how long a commit waits for another process's lock
    pool_size: int = 4  # PostgreSQL connections of each process
    silent_within_s: float = 5.0  # a writing process that says nothing for so long is in trouble
    replace_silent_after_s: float = 60.0  # and for so long is replaced; the next one gets what was not acknowledged
    retry_first_s: float = 0.25  # a store that failed is tried again after this, doubling
    retry_max_s: float = 5.0
    open_within_s: float = 2.0  # a start waits this long for the store, then goes on without it
    close_within_s: float = 2.0  # and a stop for the last commits
    purge_rows: int = 1_000  # deleted in one step at most
    purge_step_s: float = 0.01  # a step is made as large as this allows: others wait for the disk no longer
    purge_rest: float = 4.0  # and followed by a rest so many times as long: a purge has a fifth of the disk's time
    retention_days: float | None = 30.0  # older interactions are deleted; None keeps everything
    retention_every_s: float = 600.0
    retention_retry_s: float = 30.0  # after a purge that failed

    def __post_init__(self) -> None:
        """Refuse bounds that cannot hold."""
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, int | float) and value <= 0:
                raise ValueError(f"{name} must be above 0, not {value}")
        if self.retry_first_s > self.retry_max_s:
            raise ValueError("retry_first_s must not exceed retry_max_s")
