"""The choice of language."""

import pytest

from gateway.speech.choice import Choice, Evidence, Thresholds, choose

AT = Thresholds()


def evidence(language, scored, mean):
    return Evidence(language, scored, 5 * scored, scored, mean * scored)


def test_one_language_needs_no_evidence():
    assert choose([Evidence("nl")], AT) == Choice("nl", decided=True)


def test_without_evidence_the_first_language_of_the_site_leads():
    assert choose([Evidence("fr"), Evidence("nl")], AT) == Choice("fr", decided=False)


@pytest.mark.parametrize(
    ("nl", "fr", "language", "decided"),
    [
        ((AT.min_words, 0.95), (AT.min_words, 0.95 - AT.margin - 0.01), "nl", True),
        ((AT.min_words - 1, 0.95), (3, 0.2), "nl", False),
        ((3, 0.9), (3, 0.88), "nl", False),
        ((3, 0.5), (3, 0.9), "fr", True),
        ((AT.sure_words, 0.9), (6, 0.9 - AT.sure_margin - 0.01), "nl", True),
        ((AT.last_words, 0.90), (AT.last_words, 0.91), "fr", True),
    ],
)
def test_the_surer_language_leads_and_is_taken_when_there_is_enough(nl, fr, language, decided):
    assert choose([evidence("nl", *nl), evidence("fr", *fr)], AT) == Choice(language, decided)
