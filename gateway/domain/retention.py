"""How long what is kept: recordings of interventions one year, a network location until the call's end."""

from datetime import timedelta

from gateway.domain.ticket import Ticket

RECORDING = timedelta(days=365)


def forget_network_location(ticket: Ticket) -> Ticket:
    """Drop the position the network gave: it may not outlive the call. The version is the caller's to count."""
    return ticket.model_copy(update={"location": ticket.location.model_copy(update={"network": None})})
