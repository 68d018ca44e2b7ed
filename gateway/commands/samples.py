"""The sample calls of the demo, `config/demo/samples.toml`, and whether a ticket is what a call should give."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from gateway.domain.ticket import Name, Ticket
from gateway.domain.value import Value
from gateway.settings import share


class Expected(BaseModel):
    """What the ticket must say; None is not looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    priority: int
    street: str | None = None
    house_number: str | None = None
    landmark: str | None = None
    raised: str | None = None


class Sample(BaseModel):
    """One call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    voice: str | None = None
    text: str | None = None
    silence_s: float | None = None
    hang_up_at_s: float | None = None
    expect: Expected

    def differences(self, ticket: Ticket) -> list[str]:
        """Name what differs from what is expected."""
        place = ticket.location
        found = {
            "type": ticket.incident.type.value,
            "priority": ticket.incident.priority.value,
            "street": _named(place.street, self.expect.street),
            "house_number": place.house_number.value,
            "landmark": _named(place.landmark, self.expect.landmark),
            "raised": next((r.cause.value for r in ticket.raised if r.cause.value == self.expect.raised), None),
        }
        wanted = self.expect.model_dump(exclude_none=True)
        return [
            f"{field} is {found[field]!r}, not {value!r}" for field, value in wanted.items() if found[field] != value
        ]


def folder() -> Path:
    """Return where the list and its recordings lie."""
    return share() / "config" / "demo"


def samples() -> dict[str, Sample]:
    """Read the list."""
    rows = tomllib.loads((folder() / "samples.toml").read_text(encoding="utf-8"))
    return {name: Sample.model_validate(row) for name, row in rows.items()}


def _named(value: Value[Name], wanted: str | None) -> str | None:
    """Return the name in the language that is expected, else in any."""
    if value.value is None:
        return None
    names = (value.value.fr, value.value.nl)
    return wanted if wanted in names else next((name for name in names if name), None)
