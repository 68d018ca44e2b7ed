"""The sans-IO SIP endpoint: datagrams, timers and decisions in; datagrams and events out. Start at `endpoint.py`."""
