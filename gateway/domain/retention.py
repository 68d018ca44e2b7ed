"""What may not outlive its purpose: a position that the network gave ends with the call."""

from gateway.domain.ticket import Ticket


def forget_network_location(ticket: Ticket) -> Ticket:
    """Drop the position the network gave; a ticket without one is returned as it is."""
    if ticket.location.network is None:
        return ticket
    return ticket.model_copy(update={"location": ticket.location.model_copy(update={"network": None})})
