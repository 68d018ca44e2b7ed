"""How a zone's queue orders its tickets and how patient it is; the same for Redis and the in-memory twin."""

import json
from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

URGENT: Final = 1
"""The priority with a set of its own, served before all others whatever their age."""

WEIGHT_MS: Final[Mapping[int, int]] = {2: 3_600_000, 3: 1_800_000, 4: 600_000, 5: 0}
"""A class-5 ticket overtakes new class-2 ones after an hour."""


class QueuePolicy(BaseModel):
    """Settings of the queue. A site that runs several nodes gives all of them the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight_ms: Mapping[int, int] = Field(default_factory=lambda: dict(WEIGHT_MS))
    """Head start of priorities 2 to 5: a ticket's score is `enqueued_ms - weight_ms[priority]`, lowest first."""
    max_attempts: int = 5
    """Leases that may run out before a ticket becomes a dead letter."""
    closed_ttl_s: int = 7 * 86_400
    """How long a closed ticket stays readable; longer than a journal may be behind, or a replay queues it again."""
    stream_maxlen: int = 100_000
    """About how many changes the stream keeps."""

    @model_validator(mode="after")
    def _complete(self) -> "QueuePolicy":
        if set(self.weight_ms) != set(WEIGHT_MS):
            raise ValueError(f"weight_ms needs exactly the priorities {sorted(WEIGHT_MS)}")
        if min(self.max_attempts, self.closed_ttl_s, self.stream_maxlen) < 1:
            raise ValueError("max_attempts, closed_ttl_s and stream_maxlen are at least 1")
        return self

    def score(self, priority: int, enqueued_ms: int) -> int:
        """Return the place among tickets that are not urgent; lowest is claimed first."""
        return enqueued_ms - self.weight_ms[priority]

    def to_json(self) -> str:
        """Write the policy for the scripts."""
        weights = {str(priority): weight for priority, weight in self.weight_ms.items()}
        return json.dumps({**self.model_dump(exclude={"weight_ms"}), "weight_ms": weights})
