"""Whether it goes on now or is over: `doc._.ongoing`.

The lexicon gives `time.now` and `time.past`. The firmest wording decides (`is nog bezig` over a bare `gisteren` over a
present tense); among equals, what was said last.
"""

from spacy.language import Language
from spacy.tokens import Doc

from nlp.evidence import mention
from nlp.types import Extraction

_VALUE = {"now": True, "past": False}
_CONFIDENCE = {0.9: 0.92, 0.65: 0.8, 0.3: 0.6}

Doc.set_extension("ongoing", default=None, force=True)
"""`Extraction[bool]` or None."""


def ongoing(doc: Doc) -> Extraction[bool] | None:
    """Now or past, with the words that decide it."""
    told = [found for found in doc._.found if found.entry.kind == "time" and not found.negated]
    if not told:
        return None
    best = max(told, key=lambda found: (found.entry.strength, found.end, found.start))
    return Extraction[bool](
        value=_VALUE[best.entry.id],
        confidence=_CONFIDENCE[best.entry.strength] * (0.8 if best.supposed else 1.0),
        evidence=(mention(doc, best),),
    )


@Language.component("intake101_timeframe")
def timeframe(doc: Doc) -> Doc:
    """Pipeline step: reads `doc._.ongoing` from the lexicon's time expressions."""
    doc._.ongoing = ongoing(doc)
    return doc
