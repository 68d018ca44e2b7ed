"""Telephone lines: asyncio shells over `gateway.sip` and `gateway.rtp`, recording, and the test caller."""
