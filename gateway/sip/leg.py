"""One call as the user agent core keeps it."""

from dataclasses import dataclass
from enum import Enum

from .dialog import Dialog
from .events import LegId
from .message import Request
from .sdp import SessionDescription
from .transaction import Transaction


class LegState(Enum):
    """Where a call stands. The pending INVITE is the peer's in the first three, ours in CALLING and CANCELLING."""

    INVITED = "a call came; the shell decides"
    ACCEPTED = "we sent 2xx; its ACK is awaited"
    REOFFERED = "a re-INVITE changes the media; the shell decides"
    ESTABLISHED = "no INVITE is pending"
    CALLING = "our INVITE is unanswered"
    CANCELLING = "our CANCEL is sent or waits for a first 1xx"
    ENDING = "the call is over; our BYE is repeated until answered"


class LegTimer(Enum):
    """What a leg waits for."""

    DECIDE = "the shell's decision"
    ANSWER = "the answer to our INVITE"
    REPEAT = "time to repeat our 2xx (section 13.3.1.4)"
    ACK = "the ACK to our 2xx (section 13.3.1.4)"
    CANCELLED = "the final response after our CANCEL (section 9.1)"


@dataclass(slots=True)
class Leg:
    """One call, incoming or outgoing."""

    id: LegId
    state: LegState
    invite: Transaction
    """the transaction of the latest INVITE, theirs or ours"""
    dialog: Dialog | None
    """None until our INVITE is answered"""
    key: tuple[str, str]
    """Call-ID and our tag"""
    local_body: bytes = b""
    """our last session description as sent"""
    remote: SessionDescription | None = None
    """the peer's last session description"""
    proposed: SessionDescription | None = None
    """the peer's offer that is not yet answered"""
    offered: bool = False
    """our 2xx carried an offer: the ACK brings the answer"""
    refresh: bool = False
    """the latest re-INVITE changed nothing and was answered without the shell"""
    repeat_after: float = 0.0
    """seconds to the next repetition of our 2xx"""
    goodbye: tuple[tuple[str, str], ...] | None = None
    """headers of the BYE that has to wait for an ACK"""
    ack: Request | None = None
    """our ACK, sent again for every repeated 2xx"""
    alerted: bool = False
    """a 1xx came to our INVITE; only now may CANCEL be sent"""
    challenged: bool = False
    """one 401 or 407 was answered already"""
