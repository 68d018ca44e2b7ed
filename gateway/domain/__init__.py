"""The words of a call centre as frozen values and pure functions: no loop, socket, clock, randomness or log."""
