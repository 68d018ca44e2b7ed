"""Train the second opinion of a language, fit how it combines with the lexicon, and save the pipeline.

    .venv/bin/python models/language/recipe/train.py nl fr

Seeded: the same utterances and lexicon give the same pipeline. The categoriser learns from the training part only; the
weights of the combination are fitted on `calibration.tsv`, which neither it nor the lexicon has seen. When it does
not help there, it is left out of the pipeline.
"""

import random
import sys
from itertools import product

import numpy as np
from assemble import LANGUAGES, add_categoriser, assemble
from corpus import NONE, Utterance, calibration, utterances
from spacy.language import Language
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch

from nlp.classify import Weights, evidence
from nlp.locate import COMPONENT

_SEED = 101
_EPOCHS = 40
_BATCH = 16
_LEARNING_RATE = 0.01
_SECOND = (0.0, 0.15, 0.3, 0.45, 0.6)
_ALONE = (2.0, 0.7, 0.6, 0.5)
_LEAST_GAIN = 0.02
"""What a categoriser must add to the lexicon's accuracy to be worth its weight."""
_NEWTON_STEPS = 50
_RIDGE = 1.0


def _examples(nlp: Language, rows: list[Utterance], labels: list[str]) -> list[Example]:
    return [
        Example.from_dict(nlp.make_doc(row.text), {"cats": {label: float(label == row.type) for label in labels}})
        for row in rows
    ]


def fit_categoriser(nlp: Language, rows: list[Utterance]) -> None:
    """Train `textcat` in place."""
    fix_random_seed(_SEED)
    labels = sorted({row.type for row in rows})
    with nlp.select_pipes(enable="textcat"):
        examples = _examples(nlp, rows, labels)
        optimizer = nlp.initialize(lambda: examples)
        optimizer.learn_rate = _LEARNING_RATE
        order = random.Random(_SEED)
        for _ in range(_EPOCHS):
            order.shuffle(examples)
            for batch in minibatch(examples, _BATCH):
                nlp.update(batch, sgd=optimizer)


def accuracy(nlp: Language, rows: list[Utterance]) -> float:
    """Share of utterances whose leading type is the right one (none for those without an incident)."""
    right = 0
    for row in rows:
        lead = nlp(row.text)._.incidents.incident_type
        right += (lead.value if lead else NONE) == row.type
    return right / len(rows)


def fit_combination(nlp: Language, rows: list[Utterance]) -> Weights:
    """The combination that reads most of the calibration part right, the lexicon alone unless another gains enough."""
    incident = nlp.get_pipe("incident")
    scored = []
    for second, alone in product(_SECOND, _ALONE):
        incident.weights = Weights(second=second, alone=alone)
        scored.append((accuracy(nlp, rows), -second, alone))
    lexicon_alone = scored[0]
    best = max(scored)
    _, second, alone = best if best[0] >= lexicon_alone[0] + _LEAST_GAIN else lexicon_alone
    incident.weights = Weights(second=-second, alone=alone)
    return fit_confidence(nlp, rows)


def _features(nlp: Language, rows: list[Utterance]) -> tuple[np.ndarray, np.ndarray]:
    """For every type the lexicon told: evidence, categoriser, margin and a constant; and whether it was right."""
    lexicon = nlp.get_pipe("lexicon")
    features, right = [], []
    for row in rows:
        doc = nlp(row.text)
        lead = doc._.incidents.incident_type
        known = evidence(doc, lexicon)
        if lead is None or lead.value not in known:
            continue
        rival = max((one.belief for type_, one in known.items() if type_ != lead.value), default=0.0)
        belief = known[lead.value].belief
        features.append([1.0, belief, doc.cats.get(lead.value, 0.0), belief - rival])
        right.append(float(lead.value == row.type))
    return np.asarray(features), np.asarray(right)


def fit_confidence(nlp: Language, rows: list[Utterance]) -> Weights:
    """A logistic that says how often such evidence is right (ridge regression by Newton's method)."""
    incident = nlp.get_pipe("incident")
    x, y = _features(nlp, rows)
    w = np.zeros(x.shape[1])
    for _ in range(_NEWTON_STEPS):
        p = 1.0 / (1.0 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + _RIDGE * np.eye(len(w))
        w -= np.linalg.solve(hessian, x.T @ (p - y) + _RIDGE * w)
    bias, belief, categoriser, margin = (round(float(value), 3) for value in w)
    fitted = {"bias": bias, "evidence": belief, "categoriser": categoriser, "margin": margin}
    return incident.weights.model_copy(update=fitted)


def train(language: str) -> None:
    """Make and save the pipeline of a language."""
    nlp = add_categoriser(assemble(language))
    nlp.disable_pipe(COMPONENT)
    fit_categoriser(nlp, utterances(language, "train"))
    weights = fit_combination(nlp, calibration(language))
    final = assemble(language, weights.model_dump())
    if weights.second or weights.alone <= 1:
        add_categoriser(final)
        final.get_pipe("textcat").from_bytes(nlp.get_pipe("textcat").to_bytes())
    final.meta.update(name="intake101", description="What a caller said, read into incident, place and facts.")
    final.to_disk(LANGUAGES / language, exclude=["vocab"])
    print(language, weights)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or ["nl", "fr"]:
        train(chosen)
