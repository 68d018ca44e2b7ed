"""Triage is a table: the same facts always give the same result, with reasons."""

import pytest

from gateway.domain.triage import SITE_LANGUAGES, missing_labels, triage
from tests.unit.domain.builders import reading, said, table

TABLE = table()


def test_every_type_of_the_contract_has_labels_and_an_answer():
    assert missing_labels(TABLE.types) == ()
    assert len(TABLE.types) == 48
    for kind in TABLE.types.values():
        assert TABLE.response[kind.priority]
        assert TABLE.announcement[kind.priority]


def test_every_rule_has_its_reason_in_all_languages():
    for rule in TABLE.rules:
        assert set(rule.reason) == set(SITE_LANGUAGES), rule.id
        assert (rule.at_least is None) != (rule.lower_to is None), rule.id
        assert set(rule.when.type) <= set(TABLE.types), rule.id
        assert set(rule.when.not_type) <= set(TABLE.types), rule.id


@pytest.mark.parametrize(
    ("type_id", "fields", "priority", "response"),
    [
        ("noise", {}, 4, "deferred"),
        ("noise", {"weapon": said("knife")}, 1, "immediate"),
        ("noise", {"weapon": said(False)}, 4, "deferred"),
        ("theft", {"ongoing": said(True)}, 2, "immediate"),
        ("theft", {"ongoing": said(False)}, 3, "deferred"),
        ("information_request", {"weapon": said("firearm")}, 5, "none"),
        ("missing_person", {"cues": (said("child_involved"),)}, 1, "immediate"),
        ("noise", {"cues": (said("child_involved"),)}, 4, "deferred"),
        ("assault", {"cues": (said("already_safe"),)}, 2, "immediate"),
        ("assault", {"cues": (said("already_safe"),), "injured": said(True)}, 1, "immediate"),
        ("vandalism", {"injured": said(0)}, 3, "deferred"),
    ],
)
def test_priority(type_id, fields, priority, response):
    result = triage(TABLE, type_id, reading(**fields), "en")
    assert (result.priority, result.response) == (priority, response)
    assert result.reasons[0] == TABLE.types[type_id].label["en"]


def test_reasons_name_what_raised_it():
    result = triage(TABLE, "noise", reading(weapon=said("knife")), "nl")
    assert result.reasons == ("geluidshinder", "er is een wapen")
