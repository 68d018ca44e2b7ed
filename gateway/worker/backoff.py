"""How long to wait before a child is started again."""

_LIVED_S = 10.0
_FIRST_S = 0.1
_LONGEST_S = 5.0


class Backoff:
    """None for a child that had lived; doubling up to five seconds while they die at once again and again."""

    def __init__(self) -> None:
        self._next = 0.0

    def after(self, lived_s: float) -> float:
        """Return the seconds to wait after a child that lived so long."""
        pause = 0.0 if lived_s >= _LIVED_S else self._next
        self._next = min(max(_FIRST_S, pause * 2), _LONGEST_S)
        return pause
