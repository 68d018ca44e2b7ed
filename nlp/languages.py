"""The languages without spaCy's tokenizer data: ours cuts the words, and importing spaCy's French takes two seconds."""

from spacy.language import Language
from spacy.util import registry


@registry.languages("nl")
class Dutch(Language):  # type: ignore[no-untyped-call]  # spaCy's own __init_subclass__
    """Dutch as spoken in Belgium."""

    lang = "nl"


@registry.languages("fr")
class French(Language):  # type: ignore[no-untyped-call]  # spaCy's own __init_subclass__
    """French as spoken in Belgium."""

    lang = "fr"
