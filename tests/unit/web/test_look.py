"""The page's colours can be read (WCAG 2.2, 1.4.3 and 1.4.11), and it loads nothing from elsewhere."""

import re

import pytest

from tests.unit.web.samples import ROOT

WEB = ROOT / "gateway" / "web"
PAIRS = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (WEB / "static" / "base.css").read_text("utf-8"))
COLOURS = {name: (light, dark) for name, light, dark in PAIRS}
TEXT, SIGN = 4.5, 3.0


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *((front, back, TEXT) for front in ("text", "quiet") for back in ("page", "panel", "raised", "selected")),
        *((front, "panel", TEXT) for front in ("accent", "p1", "p2", "good", "warn-text")),
        *((front, "selected", TEXT) for front in ("p1", "p2", "accent")),
        *(("on-p", back, TEXT) for back in ("p1", "p2", "p3", "p4")),
        ("on-accent", "accent", TEXT),
        ("warn-text", "warn", TEXT),
        ("p1", "raised", TEXT),
        *(("line-strong", back, SIGN) for back in ("panel", "raised")),
    ],
)
def test_contrast(front: str, back: str, least: float, theme: int) -> None:
    assert contrast(COLOURS[front][theme], COLOURS[back][theme]) >= least


def test_nothing_comes_from_elsewhere_and_nothing_is_inline() -> None:
    templates = "".join(path.read_text("utf-8") for path in (WEB / "templates").glob("*.html"))
    static = "".join(path.read_text("utf-8") for path in (WEB / "static").iterdir())
    assert re.findall(r"""https?://(?!www\.w3\.org/2000/svg)[^"'\s]+""", templates + static) == []
    assert re.findall(r"""\s(on\w+|style)=["']""", templates) == []


def test_page_is_light() -> None:
    weight = sum(path.stat().st_size for path in (WEB / "static").iterdir())
    assert weight < 80_000
