"""The token that visitors from other machines need: in a file of its owner, never in a command line."""

import ipaddress
import os
import secrets
import stat
from pathlib import Path

from workbench.errors import UsageError


def is_beyond_this_machine(ip: str) -> bool:
    """Whether an address to listen on can be reached from other machines."""
    if ip == "localhost":
        return False
    try:
        return not ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return True


def token_of(file: Path) -> str:
    """The token in a file; a new one where there is no file.

    Raises
    ------
    UsageError
        When others can read the file, or it is empty.
    """
    if not file.exists():
        _write_new(file)
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise UsageError(f"{file} can be read by others; run: chmod 600 {file}")
    token = file.read_text(encoding="utf-8").strip()
    if not token:
        raise UsageError(f"{file} is empty; delete it and a new token is made.")
    return token


def _write_new(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(secrets.token_urlsafe(32) + "\n")
