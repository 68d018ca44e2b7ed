"""The choice of language."""

import pytest

from gateway.speech.choice import Choice, Evidence, Thresholds, choose

FEW, *_, MANY = (words for words, _ in Thresholds().steps)


def evidence(language, scored, mean, letters=None):
    return Evidence(language, 4 * scored if letters is None else letters, scored, mean * scored)


def test_one_language_needs_no_evidence():
    assert choose([Evidence("nl")], Thresholds()) == Choice("nl", decided=True)


def test_without_evidence_the_first_language_of_the_site_leads():
    assert choose([Evidence("fr"), Evidence("nl")], Thresholds()) == Choice("fr", decided=False)


@pytest.mark.parametrize(
    ("nl", "fr", "language", "decided"),
    [
        ((FEW, 1.0), (FEW, 0.75), "nl", True),
        ((FEW - 1, 1.0), (FEW, 0.75), "nl", False),
        ((FEW, 1.0), (FEW, 0.85), "nl", False),
        ((MANY, 0.8), (MANY, 0.95), "fr", True),
        ((MANY, 0.95), (MANY, 0.93), "nl", False),
        ((FEW, 0.95, 30), (FEW, 0.95, 10), "nl", True),
        ((FEW, 0.9), (0, 0.0), "nl", False),
    ],
)
def test_the_surer_and_fuller_hearing_leads_and_is_taken_when_it_is_clear(nl, fr, language, decided):
    assert choose([evidence("nl", *nl), evidence("fr", *fr)], Thresholds()) == Choice(language, decided)
