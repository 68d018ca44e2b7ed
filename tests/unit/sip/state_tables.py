"""Write the state tables of `docs/sip.md` from the code's table: `python -m tests.unit.sip.state_tables`."""

from collections.abc import Iterator
from pathlib import Path

from gateway.sip.transaction import ROWS, RUNNING, Kind, Timer

PAGE = Path(__file__).resolve().parents[3] / "docs" / "sip.md"
BEGIN, END = "<!-- state tables -->\n", "<!-- end -->\n"


def tables() -> str:
    """Return one Markdown table for each kind of transaction."""
    return "\n".join("\n".join([f"### {kind.value[0].upper()}{kind.value[1:]}\n", *_lines(kind), ""]) for kind in Kind)


def _lines(kind: Kind) -> Iterator[str]:
    yield "| state | timers | on | do | next | RFC |"
    yield "|---|---|---|---|---|---|"
    for row in ROWS:
        if row.kind is kind:
            timers = ", ".join(sorted(timer.value for timer in RUNNING.get((kind, row.state), ())))
            given = f"timer {row.given.value}" if isinstance(row.given, Timer) else row.given.value
            do = ", ".join(do.value for do in row.do)
            yield f"| {row.state.value} | {timers} | {given} | {do} | {row.next.value} | {row.source} |"


def page(text: str) -> str:
    """Return the page with its tables brought up to date."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{tables()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
