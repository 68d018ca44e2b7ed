"""What an endpoint tells its shell: a closed union, one dataclass an event.

Every leg ends with exactly one of `Cancelled`, `Rejected` and `Ended`.
"""

from dataclasses import dataclass
from typing import Literal, NewType

from .body import Body
from .message import Request, Response
from .sdp import SessionDescription

Address = tuple[str, int]
"""IP address (never a name) and UDP port"""
LegId = NewType("LegId", int)
"""One call as this endpoint sees it; never used twice in one process"""


@dataclass(frozen=True, slots=True)
class Invited:
    """A new call. 100 is sent; `ring`, `accept` or `reject` it within `EndpointConfig.answer_within_s`."""

    leg: LegId
    request: Request
    offer: SessionDescription | None
    """None: a delayed offer; `accept` with an offer of ours, the answer comes with `Confirmed`"""
    source: Address
    caller: str | None
    """number or URI user of P-Asserted-Identity, else From; None when withheld"""
    called: str
    """number or URI user of the Request-URI"""
    bodies: tuple[Body, ...]
    """what came beside the session description, such as a PIDF-LO"""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The caller gave up before the answer."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The ACK came: to the call's first 200 or to that for a `Reoffered`; of a refresh only if its answer is new."""

    leg: LegId
    answer_in_ack: SessionDescription | None
    """the answer to an offer of ours; None when we gave the answer, or when the ACK holds none that can be read"""


@dataclass(frozen=True, slots=True)
class Reoffered:
    """A re-INVITE that changes the media (hold, move, codec): `accept` or `reject` it. Mere refreshes are not told."""

    leg: LegId
    offer: SessionDescription


@dataclass(frozen=True, slots=True)
class Ringing:
    """The called side of our INVITE is being alerted."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class Answered:
    """Our INVITE was answered; the ACK is sent."""

    leg: LegId
    answer: SessionDescription
    response: Response


@dataclass(frozen=True, slots=True)
class Rejected:
    """Our INVITE was refused, cancelled (487) or never answered (408)."""

    leg: LegId
    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over. A BYE of ours goes on being repeated until it is answered; nothing more is told of the leg."""

    leg: LegId
    by: Literal["remote", "local", "timeout", "error"]
    """remote: BYE; local: `bye` or `reject`; timeout: no decision or no ACK in time; error: an answer without SDP"""
    reason: str
    """the Reason header of a BYE, the status we refused with, or what failed; may be empty"""


Event = Invited | Cancelled | Confirmed | Reoffered | Ringing | Answered | Rejected | Ended
