"""One call's life, against the ports only."""
