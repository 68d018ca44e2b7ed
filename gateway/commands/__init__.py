"""What each command of `intake101` does; `gateway.cli` finds them here."""
