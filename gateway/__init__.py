"""The intake gateway for Belgian 101 calls. Start at `app.py` for how the parts meet, at `ports.py` for their seams."""
