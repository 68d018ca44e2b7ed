"""The languages without spaCy's own tokenizer data: ours cuts the words, and importing spaCy's French takes two seconds."""

from spacy.language import Language
from spacy.util import registry


@registry.languages("nl")  # type: ignore[untyped-decorator]  # catalogue has no types
class Dutch(Language):
    """Dutch as spoken in Belgium."""

    lang = "nl"


@registry.languages("fr")  # type: ignore[untyped-decorator]  # catalogue has no types
class French(Language):
    """French as spoken in Belgium."""

    lang = "fr"
