"""What a caller said, read into incident, place and facts. Knows nothing of telephony, tickets or queues."""
