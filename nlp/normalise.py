"""Words of a caller's text as the pipelines compare them: lower case, no accents, elisions and hyphens opened.

A token keeps its original text, so every position is a character of what was said or written; only its norm is folded.
The apostrophe and the hyphen stay with the word they follow: `n'est` is `n' est` (norms `n est`), `rendez-vous` is
`rendez- vous`, and a phrase matches with or without them, as recognisers differ here.
"""

import re
import unicodedata
from collections.abc import Callable

from spacy.attrs import NORM, PREFIX  # type: ignore[import-not-found]  # a Cython module without stubs
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer, get_words_and_spaces, registry
from spacy.vocab import Vocab

_WORD = re.compile(r"\w+['’]s\b|['’][st]\b|\w+['’\-]?|[^\w\s]")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_PARTICIPLE = re.compile(r"(?<=\w)ée?s?$")
_STEM_LENGTH = 5


def fold(word: str) -> str:
    """Lower case without accents, apostrophes and hyphens; a token of punctuation alone stays as it is.

    The acute of a French participle stays, for it tells `garé` from `gare` and `armé` from `arme`.
    """
    lower = unicodedata.normalize("NFC", word.lower()).rstrip("'’-").translate(_LIGATURES)
    participle = _PARTICIPLE.search(lower)
    if participle:
        return fold(lower[: participle.start()]) + participle[0]
    spread = unicodedata.normalize("NFKD", lower)
    return "".join(character for character in spread if character.isalnum()) or word


def words(text: str) -> list[str]:
    """The words and punctuation marks of a text, in order, without white space."""
    return _WORD.findall(text)


def stem(word: str) -> str:
    """The first letters of a word: a stem good enough for a categoriser."""
    return fold(word)[:_STEM_LENGTH]


class WordTokenizer(DummyTokenizer):
    """Tokenizer of every language here; a text of any spacing comes back unchanged from its Doc."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        getters = vocab.lex_attr_getters  # type: ignore[attr-defined]  # missing in spaCy's stub
        getters[NORM], getters[PREFIX] = fold, stem

    def __call__(self, text: str) -> Doc:
        """Cut a text into tokens with its white space kept."""
        tokens, spaces = get_words_and_spaces(words(text), text)
        return Doc(self.vocab, words=tokens, spaces=spaces)


@registry.tokenizers("intake101.WordTokenizer.v1")  # type: ignore[untyped-decorator]  # catalogue has no types
def word_tokenizer() -> Callable[[Language], WordTokenizer]:
    """Tokenizer factory named in the pipelines' config."""
    return lambda nlp: WordTokenizer(nlp.vocab)
