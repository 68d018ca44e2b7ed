"""A call from INVITE to BYE between two of our endpoints."""

from gateway.sip.events import Answered, Confirmed, Ended, Invited, Ringing
from gateway.sip.offer_answer import agree

from .wire import CALLER, GATEWAY, Wire, answered, events, only


def established(wire: Wire):
    """Bring a call up; return the gateway's leg and the caller's."""
    theirs = wire.dial()
    invited = only(Invited, events(wire.gateway))
    wire.gateway.accept(invited.leg, answered(invited.offer), wire.now)
    wire.shuttle()
    only(Confirmed, events(wire.gateway))
    only(Answered, events(wire.caller))
    return invited.leg, theirs


def test_call_from_invite_to_bye_of_the_caller():
    wire = Wire()
    leg = wire.dial()
    invited = only(Invited, events(wire.gateway))
    assert (invited.caller, invited.called, invited.source) == ("+3225551234", "101", CALLER)
    assert [m.status for m in wire.sent(100)] == [100]

    wire.gateway.ring(invited.leg, wire.now)
    wire.shuttle()
    assert events(wire.caller) == [Ringing(leg)]

    answer = answered(invited.offer)
    wire.gateway.accept(invited.leg, answer, wire.now)
    wire.shuttle()
    assert events(wire.gateway) == [Confirmed(invited.leg, None)]
    told = only(Answered, events(wire.caller))
    assert told.answer == answer
    assert agree(answer, invited.offer).remote == ("192.0.2.1", 30_000)

    wire.caller.bye(leg, wire.now, headers=[("Reason", "Q.850;cause=16")])
    wire.shuttle()
    assert events(wire.gateway) == [Ended(invited.leg, "remote", "Q.850;cause=16")]
    assert events(wire.caller) == [Ended(leg, "local", "")]
    wire.advance(40)
    assert wire.gateway.calls == wire.caller.calls == 0
    assert wire.gateway.get_timer() is wire.caller.get_timer() is None


def test_bye_of_the_gateway():
    wire = Wire()
    ours, theirs = established(wire)
    wire.gateway.bye(ours, wire.now)
    wire.shuttle()
    assert events(wire.gateway) == [Ended(ours, "local", "")]
    assert events(wire.caller) == [Ended(theirs, "remote", "")]
    bye = wire.sent("BYE", CALLER)[0]
    assert bye.top_via.host == GATEWAY[0]
    assert bye.top_via.branch != wire.sent("INVITE")[0].top_via.branch
