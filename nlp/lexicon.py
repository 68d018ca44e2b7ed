"""The concept lexicon: what callers say, in files that a police officer can read and extend, matched in one pass.

A file is TOML. A table `[kind.id]` holds phrases in up to three strengths: `names` (said alone, this is it), `tells`
(the usual wording) and `hints` (counts only together with others), separated by commas or lines. `[word]` names groups
of words. In a phrase

    word      this word, accents and case aside       word*   words that begin so       *word   words that end so
    a|b       one of these                            word?   with or without it
    @group    any word of `[word] group = "..."`      ~       up to four other words, none of them a barrier

Several files may add to one table. Phrases under `unless` withhold the table's entries that overlap them or stand
within three words. Barriers are the words of the group `barrier` (negations, contrasts) and punctuation. Words of the
group `filler` count as not said. One trie over folded words reads all phrases at once: for 100 words and the Dutch
lexicon it takes 0.7 ms where spaCy's Matcher, which tries every pattern at every token, takes 54 ms.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.normalise import fold

STRENGTHS: Mapping[str, float] = {"names": 0.9, "tells": 0.65, "hints": 0.3}
"""The belief that one phrase alone gives."""
SPANS = "lexicon"
_UNLESS = "unless"
_UNLESS_REACH = 3
_GAP = "~"
_GAP_WORDS = 4
_NUMBER = "0"
_PUNCTUATION = "."


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of the lexicon and what it stands for."""

    kind: str
    id: str
    phrase: str
    strength: float

    @property
    def rule(self) -> str:
        """Stable id of the phrase."""
        return f"lexicon:{self.id}:{self.phrase}"


@dataclass(frozen=True, slots=True)
class Found:
    """An entry in a text; `tokens` are the indices of the words it rests on, gaps left out."""

    entry: Entry
    tokens: tuple[int, ...]
    negated: bool = False
    supposed: bool = False

    @property
    def start(self) -> int:
        """First token."""
        return self.tokens[0]

    @property
    def end(self) -> int:
        """One past the last token."""
        return self.tokens[-1] + 1


@dataclass(slots=True)
class _Node:
    children: dict[str, "_Node"] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


Doc.set_extension("found", default=(), force=True)
"""Every `Found` of the lexicon in the document, by first token."""
Doc.set_extension("labels", default=(), force=True)
"""For each token, what the lexicon may call it: its norm, affixes and groups such as `@clause`."""


_PART = re.compile(r"[\w*]+['’]s\b|['’][st]\b|[\w*]+['’\-]?")
"""A word of a phrase: a token of `nlp.normalise` that may have a star."""


def _is_one_word(member: str) -> bool:
    return not member.startswith("@") and len(_PART.findall(member)) == 1


def phrases(block: str) -> list[str]:
    """The phrases of one strength, as written."""
    return [phrase for line in block.splitlines() for part in line.split(",") if (phrase := " ".join(part.split()))]


class Phrasebook:
    """The compiled lexicon of one language."""

    def __init__(self, tables: Iterable[Mapping[str, Any]]) -> None:
        merged = list(tables)
        self.groups = {name: phrases(block) for table in merged for name, block in table.get("word", {}).items()}
        self.settings: dict[tuple[str, str], dict[str, Any]] = {}
        self._affixes: set[str] = set()
        self._member_of: dict[str, list[str]] = {}
        self._root = _Node()
        self._compile_groups()
        for kind, id_, table in _sections(merged):
            self._add_section(kind, id_, table)
        self.labels = lru_cache(maxsize=50_000)(self._labels)

    def _compile_groups(self) -> None:
        for name, members in self.groups.items():
            for member in members:
                if _is_one_word(member):
                    self._member_of.setdefault(self._label(member), []).append("@" + name)

    def _add_section(self, kind: str, id_: str, table: Mapping[str, Any]) -> None:
        settings = {key: value for key, value in table.items() if key not in {*STRENGTHS, _UNLESS}}
        known = self.settings.setdefault((kind, id_), {})
        for key, value in settings.items():
            known[key] = [*known.get(key, ()), *value] if isinstance(value, list) else value
        for strength, belief in STRENGTHS.items():
            for phrase in phrases(table.get(strength, "")):
                entry = Entry(kind, id_, phrase, belief)
                self._add(entry)
        for phrase in phrases(table.get(_UNLESS, "")):
            self._add(Entry(_UNLESS, f"{kind}.{id_}", phrase, 1.0))

    def _add(self, entry: Entry) -> None:
        for sequence in self._expand(entry.phrase):
            _insert(self._root, sequence, entry)

    def _expand(self, phrase: str) -> Iterator[tuple[str, ...]]:
        """Every sequence of labels that a phrase stands for."""
        for parts in product(*(self._alternatives(element) for element in phrase.split())):
            sequence = tuple(label for part in parts for label in part)
            if not sequence or _GAP in (sequence[0], sequence[-1]):
                raise ValueError(f"phrase {phrase!r} must begin and end with a word")
            yield sequence

    def _alternatives(self, element: str) -> list[tuple[str, ...]]:
        if element == _GAP:
            return [(_GAP,)]
        optional = [()] if element.endswith("?") and len(element) > 1 else []
        choices = element.removesuffix("?").split("|")
        return [*optional, *(sequence for choice in choices for sequence in self._choice(choice))]

    def _choice(self, choice: str) -> list[tuple[str, ...]]:
        if not choice.startswith("@"):
            return [tuple(map(self._label, _PART.findall(choice)))]
        longer = (member for member in self.groups[choice[1:]] if not _is_one_word(member))
        return [(choice,), *(sequence for member in longer for sequence in self._expand(member))]

    def _label(self, word: str) -> str:
        if "*" not in word:
            return fold(word)
        label = f"{'*' * word.startswith('*')}{fold(word.strip('*'))}{'*' * word.endswith('*')}"
        self._affixes.add(label)
        return label

    def _labels(self, norm: str) -> tuple[str, ...]:
        """What the lexicon may call a word: itself, its known beginnings and endings, its groups; a space, nothing."""
        if norm.isspace():
            return ()
        labels = [norm, *(label for label in _affix_candidates(norm) if label in self._affixes)]
        if norm.isdigit():
            labels.append(_NUMBER)
        if not norm[0].isalnum():
            labels.append(_PUNCTUATION)
        groups = (group for label in labels for group in self._member_of.get(label, ()))
        return tuple(dict.fromkeys((*labels, *groups)))

    def find(self, labelled: Sequence[tuple[str, ...]]) -> list[Found]:
        """All entries in a text given by the labels of its tokens, each where it is shortest."""
        read = [(index, labels) for index, labels in enumerate(labelled) if labels and "@filler" not in labels]
        found: dict[tuple[Entry, int], tuple[int, ...]] = {}
        for position in range(len(read)):
            for entry, tokens in _walk(self._root, read, position, ()):
                known = found.get((entry, tokens[0]))
                if known is None or tokens[-1] < known[-1]:
                    found[entry, tokens[0]] = tokens
        return _permitted([Found(entry, tokens) for (entry, _), tokens in found.items()])


def _permitted(found: list[Found]) -> list[Found]:
    """What no `unless` phrase of its table withholds, in the order of the text."""
    vetoes = [veto for veto in found if veto.entry.kind == _UNLESS]
    kept = [one for one in found if one.entry.kind != _UNLESS and not any(_withholds(veto, one) for veto in vetoes)]
    return sorted(kept, key=lambda one: (one.start, one.end))


def _withholds(veto: Found, one: Found) -> bool:
    if veto.entry.id != f"{one.entry.kind}.{one.entry.id}":
        return False
    return veto.start - _UNLESS_REACH < one.end and one.start < veto.end + _UNLESS_REACH


def _sections(tables: list[Mapping[str, Any]]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for table in tables:
        for kind, sections in table.items():
            if kind != "word":
                for id_, section in sections.items():
                    yield kind, id_, section


def _affix_candidates(norm: str) -> Iterator[str]:
    for length in range(2, len(norm) + 1):
        yield norm[:length] + "*"
        yield "*" + norm[-length:]


def _insert(root: _Node, sequence: tuple[str, ...], entry: Entry) -> None:
    node = root
    for label in sequence:
        node = node.children.setdefault(label, _Node())
    if entry not in node.entries:
        node.entries.append(entry)


_Read = list[tuple[int, tuple[str, ...]]]


def _walk(node: _Node, read: _Read, position: int, taken: tuple[int, ...]) -> Iterator[tuple[Entry, tuple[int, ...]]]:
    for entry in node.entries:
        yield entry, taken
    if position == len(read):
        return
    index, labels = read[position]
    for label in labels:
        if (child := node.children.get(label)) is not None:
            yield from _walk(child, read, position + 1, (*taken, index))
    if (beyond := node.children.get(_GAP)) is not None:
        yield from _leap(beyond, read, position, taken)


def _leap(node: _Node, read: _Read, position: int, taken: tuple[int, ...]) -> Iterator[tuple[Entry, tuple[int, ...]]]:
    """Go on after a gap of any allowed length."""
    for gap in range(min(_GAP_WORDS, len(read) - 1 - position) + 1):
        yield from _walk(node, read, position + gap, taken)
        if "@barrier" in read[position + gap][1] or _PUNCTUATION in read[position + gap][1]:
            return


class LexiconComponent:
    """Pipeline step that reads `doc._.found` and `doc.spans["lexicon"]`; saved as the TOML files themselves."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self.phrasebook = Phrasebook([])

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.labels`, `doc._.found` and `doc.spans`."""
        doc._.labels = tuple(self.phrasebook.labels(token.norm_) for token in doc)
        doc._.found = tuple(self.phrasebook.find(doc._.labels))
        doc.spans[SPANS] = [Span(doc, f.start, f.end, f"{f.entry.kind}:{f.entry.id}") for f in doc._.found]
        return doc

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the files as they were read."""
        Path(path).mkdir(exist_ok=True)
        for name, text in self._texts.items():
            (Path(path) / name).write_text(text, encoding="utf-8")

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "LexiconComponent":
        """Read every TOML file of a folder, in the order of their names."""
        self._texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(Path(path).glob("*.toml"))}
        self.phrasebook = Phrasebook(map(tomllib.loads, self._texts.values()))
        return self


@Language.factory("intake101_lexicon")
def lexicon(nlp: Language, name: str) -> LexiconComponent:
    """Factory of the concept lexicon."""
    return LexiconComponent()
