"""Certificates for servers of the tests at 127.0.0.1, each signed by itself."""

import shutil
import subprocess
from pathlib import Path

from tests.missing import missing


def self_signed(directory: Path, name: str) -> tuple[Path, Path]:
    """A certificate and its key, good for two days. Without openssl the test is skipped; in CI that is a failure."""
    if shutil.which("openssl") is None:
        message = "openssl is missing: install it (Debian: apt-get install openssl)"
        missing(message)
    certificate, key = directory / f"{name}.crt", directory / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", f"/CN={name}",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key
