"""One measured figure."""

from dataclasses import asdict, dataclass

from gateway.commands.output import result


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the bench's output; `goal` is None where none is set."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    met: bool | None = None


def at_most(name: str, value: float, unit: str, goal: float) -> Figure:
    """Report a figure that must not exceed its goal."""
    return report(Figure(name, round(value, 4), unit, goal, met=value <= goal))


def plain(name: str, value: float, unit: str) -> Figure:
    """Report a figure without a goal."""
    return report(Figure(name, round(value, 4), unit))


def exactly(name: str, value: float, unit: str, goal: float) -> Figure:
    """Report a figure that must equal its goal."""
    return report(Figure(name, value, unit, goal, met=value == goal))


def report(figure: Figure) -> Figure:
    """Print a figure and return it."""
    result(asdict(figure))
    return figure
