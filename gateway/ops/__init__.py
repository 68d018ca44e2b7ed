"""For those who run the gateway: metrics, health, logging with redaction, and the audit log."""
