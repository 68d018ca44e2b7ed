"""How a process and its parts are, for supervisors and load balancers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PartState:
    """How one part is."""

    ok: bool
    detail: str
    """In words, for a person; names no caller."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the process is."""

    live: bool
    """False: restart it."""
    ready: bool
    """False: send new calls elsewhere."""
    parts: Mapping[str, PartState] = field(default_factory=dict)
