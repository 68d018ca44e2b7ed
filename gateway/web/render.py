"""HTML by Jinja2 with autoescape: whole pages, and the fragments that a page swaps in while tickets grow.

One set of templates serves both, so that a page looks the same whether it was just loaded or has been open all night.
A fragment is made once for all readers of a language.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.domain.call import Segment
from gateway.domain.ids import TicketId
from gateway.domain.triage import IncidentType
from gateway.domain.value import rfc3339
from gateway.web import present
from gateway.web.fields import BY_ID, FIELDS, Editor
from gateway.web.texts import LANGUAGES, table
from gateway.web.view import Seen, rank

Fragment = tuple[int, str]
"""The change it was made of, and its HTML."""

BLOCKS = ("where", "what", "danger", "people")
PAGE_TEXTS = ("link.", "list.", "edit.", "action.", "login.expired", "ui.fault", "value.unknown", "priority.", "error.")
"""The texts that the page's own script says."""


class Renderer:
    """Templates and the fragments made of the newest state of each ticket."""

    def __init__(self, types: Mapping[str, IncidentType], zone: str) -> None:
        self._types = types
        self._environment = _environment(zone)
        self._rows: dict[tuple[TicketId, str], Fragment] = {}

    def page(self, template: str, language: str, **context: object) -> str:
        """Render a whole page."""
        return self._render(template, language, **context)

    def row(self, seen: Seen, language: str, now: datetime) -> str:
        """Render a line of the list."""
        key = (seen.ticket.id, language)
        at, html = self._rows.get(key, (-1, ""))
        if at != seen.at:
            html = self._render("row.html", language, seen=seen, now=now)
            self._rows[key] = (seen.at, html)
        return html

    def ticket(self, seen: Seen, partial: Segment | None, language: str, now: datetime) -> str:
        """Render the open ticket."""
        return self._render("ticket.html", language, seen=seen, partial=partial, now=now)

    def partial(self, seen: Seen, partial: Segment | None, language: str) -> str:
        """Render the words still being spoken."""
        return self._render("partial.html", language, seen=seen, partial=partial)

    def forget(self, ticket_id: TicketId) -> None:
        """Drop what was made of a ticket that left the list."""
        for language in LANGUAGES:
            self._rows.pop((ticket_id, language), None)

    def _render(self, template: str, language: str, **context: object) -> str:
        reader = present.Reader(language, self._types)
        return self._environment.get_template(template).render(reader=reader, say=reader.say, **context)


def page_texts(language: str) -> str:
    """Return the texts of the page's script as JSON that is safe within an element."""
    texts = {key: row[language] for key, row in table().items() if key.startswith(PAGE_TEXTS)}
    return json.dumps(texts, ensure_ascii=False).replace("<", "\\u003c")


def _environment(zone: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"rfc3339": rfc3339, "clock": present.clock_time, "duration": present.duration}
    environment.globals |= {
        "zone": zone,
        "present": present,
        "fields": FIELDS,
        "field_by_id": BY_ID,
        "editors": Editor,
        "blocks": BLOCKS,
        "languages": LANGUAGES,
        "page_texts": page_texts,
        "sort_key": sort_key,
    }
    return environment


def sort_key(seen: Seen) -> str:
    """Return the row's rank as text that sorts alike."""
    leased, priority, created_at, ticket_id = rank(seen)
    return f"{leased:d}-{priority}-{rfc3339(created_at)}-{ticket_id}"
