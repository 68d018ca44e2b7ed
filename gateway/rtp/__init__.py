"""Sans-IO media: RTP, RTCP, G.711, jitter buffer, concealment, telephone events."""
