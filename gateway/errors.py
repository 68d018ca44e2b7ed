"""One exception tree.

IntakeError                  anything this program raises on purpose
├── ConfigError              a setting, model or data file that a person must mend: says which, what is wrong, and how
├── UsageError               wrong use of a command (exit status 2)
├── PartUnavailable          a later part (queue, recogniser, reader) is missing or late: the call goes on without it
├── BadCorrection            a person's correction that the ticket cannot take (gateway.domain.correction)
├── Conflict                 a ticket was changed by somebody else in the meantime; carries the newer ticket
├── StaleToken               a lease ended or passed to somebody else; its holder's action is refused
└── RemoteError              what a peer sent is unusable
    ├── SipError             carries the SIP status to answer with
    └── RtpError             the packet is dropped and counted
"""


class IntakeError(Exception):
    """Root of everything this program raises on purpose."""


class ConfigError(IntakeError):
    """A setting, model or data file is wrong; the message names it, the fault and the remedy."""


class UsageError(IntakeError):
    """A command was used wrongly."""


class PartUnavailable(IntakeError):
    """A later part of the way is missing or late; the caller of this code carries on without it."""


class Conflict(IntakeError):
    """A ticket has a newer version than the change was based on.

    `current` is the newer ticket (a `gateway.domain.ticket.Ticket`; untyped here, the lowest layer).
    """

    def __init__(self, current: object) -> None:
        super().__init__("the ticket was changed in the meantime")
        self.current = current


class StaleToken(IntakeError):
    """The lease has run out or belongs to somebody else."""


class RemoteError(IntakeError):
    """What a peer sent is unusable; the peer is told or ignored, nobody else notices."""


class SipError(RemoteError):
    """A SIP request that must be refused with `status` (RFC 3261 section 21) and `reason`."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


class RtpError(RemoteError):
    """An RTP or RTCP packet that is not one."""
