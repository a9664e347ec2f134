"""What a check found, and what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

EXIT_WELL: Final = 0
EXIT_FAILED: Final = 1
EXIT_CONFIGURATION: Final = 78  # EX_CONFIG of sysexits.h, as for `serve`


class Status(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"  # it works, but somebody should know
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report. `advice` says what to do; it is empty only where nothing is to be done."""

    check: str
    status: Status
    detail: str
    advice: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a complaint without advice: it would leave its reader alone."""
        if self.status is not Status.OK and not self.advice:
            raise ValueError(f"{self.check}: {self.status} without advice")

    @property
    def line(self) -> str:
        """The words, in one line, whatever a stranger's error said."""
        said = f"{self.detail}. {self.advice}" if self.advice else self.detail
        return "".join(c if c.isprintable() else " " for c in said)

    def as_record(self) -> dict[str, Any]:
        """The machine's form."""
        record: dict[str, Any] = {"check": self.check, "status": self.status.value, "detail": self.detail}
        if self.advice:
            record["advice"] = self.advice
        if self.figures:
            record["figures"] = dict(self.figures)
        return record


def ok(check: str, detail: str, **figures: Any) -> Finding:
    """All well."""
    return Finding(check, Status.OK, detail, figures=figures)


def warn(check: str, detail: str, advice: str, **figures: Any) -> Finding:
    """It works, but somebody should know."""
    return Finding(check, Status.WARN, detail, advice, figures)


def fail(check: str, detail: str, advice: str, **figures: Any) -> Finding:
    """It does not work."""
    return Finding(check, Status.FAIL, detail, advice, figures)


def exit_code(findings: Iterable[Finding]) -> int:
    """1 when a check failed; warnings alone are 0."""
    return EXIT_FAILED if any(finding.status is Status.FAIL for finding in findings) else EXIT_WELL
