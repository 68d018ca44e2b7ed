"""The documentation shows the states that the code has."""

from .state_tables import PAGE, page


def test_the_page_shows_the_table_of_the_code():
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run: python -m tests.unit.sip.state_tables"
