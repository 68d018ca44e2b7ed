"""Measure a language's pipeline and write `evaluation.json`, `manifest.json` and `MODEL_CARD.md` beside it.

    .venv/bin/python models/language/recipe/evaluate.py nl fr

Three readings are compared on the held-out utterances and on the free wordings: the lexicon alone, the trained
categoriser alone (trained here again when the pipeline left it out), and the pipeline as saved.
"""

import hashlib
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

from assemble import LANGUAGES, add_categoriser, assemble
from card import model_card
from corpus import NONE, Utterance, calibration, free, utterances
from spacy.language import Language
from train import fit_categoriser

from nlp.locate import COMPONENT
from nlp.pipeline import Reader, load

_MADE = {"config.cfg", "meta.json"}
_ROUNDS = 5
_BINS = 10


def lexicon_alone(language: str) -> Language:
    """The pipeline without categoriser and places."""
    nlp = assemble(language)
    nlp.remove_pipe(COMPONENT)
    return nlp


def categoriser_alone(language: str) -> Language:
    """Only a categoriser trained on the training part."""
    nlp = add_categoriser(assemble(language))
    fit_categoriser(nlp, utterances(language, "train"))
    return nlp


def read_type(nlp: Language, text: str) -> str:
    """The leading type, or NONE."""
    lead = nlp(text)._.incidents.incident_type
    return lead.value if lead else NONE


def categorised(nlp: Language, text: str) -> str:
    """The categoriser's first choice."""
    with nlp.select_pipes(enable="textcat"):
        cats = nlp(text).cats
    return max(cats, key=cats.__getitem__)


def calibration_error(nlp: Language, rows: list[Utterance]) -> float:
    """Expected calibration error of the leading type's confidence over ten bins."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for row in rows:
        if lead := nlp(row.text)._.incidents.incident_type:
            bins[min(_BINS - 1, int(lead.confidence * _BINS))].append((lead.confidence, lead.value == row.type))
    total = sum(map(len, bins.values()))
    gaps = (abs(sum(c for c, _ in one) - sum(r for _, r in one)) for one in bins.values())
    return sum(gaps) / max(1, total)


def milliseconds(reader: Reader, rows: list[Utterance]) -> float:
    """Milliseconds for a hundred words, best of some rounds, in calls of about a hundred words."""
    words = " ".join(row.text for row in rows).split()
    calls = [" ".join(words[start : start + 100]) for start in range(0, len(words) - 100, 100)]
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        for call in calls:
            reader.read(call)
        times.append((time.perf_counter() - started) / len(calls) * 1000)
    return min(times)


def by_type(predicted: list[str], rows: list[Utterance]) -> dict[str, str]:
    """`right/all` for each type."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for guess, row in zip(predicted, rows, strict=True):
        counts[row.type][0] += guess == row.type
        counts[row.type][1] += 1
    return {type_: f"{right}/{every}" for type_, (right, every) in sorted(counts.items())}


def share(predicted: list[str], rows: list[Utterance]) -> float:
    """Share read right."""
    return round(sum(guess == row.type for guess, row in zip(predicted, rows, strict=True)) / len(rows), 4)


def _parts(language: str) -> tuple[tuple[str, list[Utterance]], ...]:
    return ("held_out", utterances(language, "test")), ("fresh", calibration(language)), ("free", free(language))


def evaluate(language: str) -> dict[str, object]:
    """All figures of a language."""
    reader = load(language, LANGUAGES, None)
    lexicon, categoriser = lexicon_alone(language), categoriser_alone(language)
    scores: dict[str, object] = {"uses_categoriser": reader.nlp.has_pipe("textcat")}
    for name, rows in _parts(language):
        predicted = [read_type(reader.nlp, row.text) for row in rows]
        scores[name] = {
            "utterances": len(rows),
            "lexicon": share([read_type(lexicon, row.text) for row in rows], rows),
            "categoriser": share([categorised(categoriser, row.text) for row in rows], rows),
            "combined": share(predicted, rows),
            "calibration_error": round(calibration_error(reader.nlp, rows), 4),
            "by_type": by_type(predicted, rows),
            "failures": [
                {"type": row.type, "read": guess, "text": row.text}
                for row, guess in zip(rows, predicted, strict=True)
                if guess != row.type
            ],
        }
    scores["ms_per_100_words"] = round(milliseconds(reader, utterances(language, "train")), 2)
    return scores


def manifest(language: str, scores: dict[str, object]) -> dict[str, object]:
    """Checksums of what `spacy.load` reads."""
    folder = LANGUAGES / language
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and _is_artefact(path.relative_to(folder))]
    files = {
        str(path.relative_to(folder)): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
        for path in paths
    }
    headline = {
        part: {k: v for k, v in scores[part].items() if isinstance(v, float)} for part in ("held_out", "fresh", "free")
    }  # type: ignore[attr-defined]  # JSON
    headline["ms_per_100_words"] = scores["ms_per_100_words"]  # type: ignore[assignment]  # JSON
    return {"format": 1, "language": language, "kind": "spacy", "files": files, "scores": headline}


def _is_artefact(path: Path) -> bool:
    return path.name in _MADE or path.parts[0] in {"lexicon", "textcat"}


def _write(path: Path, value: dict[str, object]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main(languages: list[str]) -> None:
    """Measure, write and print."""
    for language in languages:
        scores = evaluate(language)
        _write(LANGUAGES / language / "evaluation.json", scores)
        _write(LANGUAGES / language / "manifest.json", manifest(language, scores))
        (LANGUAGES / language / "MODEL_CARD.md").write_text(model_card(language, scores), encoding="utf-8")
        for part in ("held_out", "fresh", "free"):
            print(language, part, json.dumps(scores[part], ensure_ascii=False, indent=1))
        print(language, scores["ms_per_100_words"], "ms per 100 words")


if __name__ == "__main__":
    main(sys.argv[1:] or ["nl", "fr"])
