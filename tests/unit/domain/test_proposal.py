"""The machine proposes, a person decides; nothing flickers; a priority only rises."""

import pytest

from gateway.domain.correction import BadCorrection, confirm, correct, fields
from gateway.domain.merge import merge
from gateway.domain.proposal import classify_as, hear, propose, raise_priority, reweigh
from gateway.domain.ticket import Name, RaiseCause, Review, Status
from gateway.domain.value import Source
from tests.unit.domain.builders import later, reading, said, segment, table, ticket

TABLE = table()


def proposed(before, what, *, final=True, at=1):
    return propose(before, what, TABLE, final=final, language="en", now=later(at))


def test_a_reading_fills_the_ticket_in_one_change():
    after = proposed(ticket(), reading(type=said("noise"), house_number=said("12")))
    assert after.version == 2
    assert (after.incident.type.value, after.incident.priority.value, after.incident.response.value) == (
        "noise",
        4,
        "deferred",
    )
    assert (after.incident.pillar.value, after.incident.track.value) == ("rust", "bestuurlijk")
    assert after.incident.priority.evidence == after.incident.type.evidence
    assert after.location.house_number.value == "12"


def test_the_same_reading_again_is_no_change():
    what = reading(type=said("noise"), weapon=said(False))
    once = proposed(ticket(), what)
    assert proposed(once, what) is once


def test_what_vanishes_from_words_still_spoken_stays_until_they_are_final():
    once = proposed(ticket(), reading(type=said("theft"), house_number=said("12")))
    spoken = proposed(once, reading(type=said("theft")), final=False)
    assert spoken.location.house_number.value == "12"
    assert proposed(spoken, reading(type=said("theft"))).location.house_number.value is None


def test_a_priority_rises_and_never_falls_by_machine():
    raised = proposed(ticket(), reading(type=said("noise"), weapon=said("knife")))
    assert raised.incident.priority.value == 1
    after = proposed(raised, reading(type=said("noise"), weapon=said(False)))
    assert after.incident.priority.value == 1
    assert after.incident.response.value == "immediate"
    assert after.facts.weapon.value is False
    assert "there is a weapon" in after.incident.reasons


def test_a_person_lowers_it_and_the_machine_leaves_that_alone():
    raised = proposed(ticket(), reading(type=said("noise"), weapon=said("knife")))
    lowered = correct(raised, "incident.priority", 4, later(2))
    after = proposed(lowered, reading(type=said("noise"), weapon=said("firearm")))
    assert (after.incident.priority.value, after.incident.priority.source) == (4, Source.PERSON)
    assert [a.value for a in after.incident.priority.alternatives] == [1]


def test_a_field_a_person_set_is_never_overwritten_but_the_rival_is_shown():
    settled = correct(ticket(), "location.house_number", "14", later(1))
    after = proposed(settled, reading(house_number=said("12", 0.8)))
    assert after.location.house_number.value == "14"
    assert [(a.value, a.confidence) for a in after.location.house_number.alternatives] == [("12", 0.8)]


def test_a_person_may_say_that_it_is_not_known():
    settled = correct(proposed(ticket(), reading(house_number=said("12"))), "location.house_number", None, later(2))
    assert proposed(settled, reading(house_number=said("12"))).location.house_number.value is None


def test_unread_tickets_get_a_type_of_the_gateways_own_that_any_word_replaces():
    silent = classify_as(ticket(), "silent_call", TABLE, language="en", why="silent", now=later(1))
    assert (silent.incident.type.value, silent.incident.priority.value) == ("silent_call", 2)
    kept = proposed(silent, reading())
    assert kept.incident.type.value == "silent_call"
    assert proposed(silent, reading(type=said("shooting"))).incident.type.value == "shooting"


def test_a_key_press_raises():
    silent = classify_as(ticket(), "silent_call", TABLE, language="en", why="silent", now=later(1))
    pressed = raise_priority(silent, 1, TABLE, reason="key 5 pressed", now=later(2))
    assert (pressed.incident.priority.value, pressed.incident.response.value) == (1, "immediate")
    assert raise_priority(pressed, 2, TABLE, reason="x", now=later(3)) is pressed


def test_final_segments_replace_the_callers_and_keep_the_gateways():
    said_by_us = ticket(transcript=(segment("waar bent u", 500, 900, speaker="gateway"),))
    heard = hear(said_by_us, [segment("hallo", 0, 400), segment("rue haute", 1000, 1500)], "nl", later(1))
    assert [s.text for s in heard.transcript] == ["hallo", "waar bent u", "rue haute"]
    assert heard.call.language == "nl"
    assert hear(heard, heard.transcript[::2], "nl", later(2)) is heard


def test_corrections_are_checked():
    assert "location.street" in fields()
    street = correct(ticket(), "location.street", {"fr": "Rue Haute", "nl": "Hoogstraat"}, later(1))
    assert street.location.street.value == Name(fr="Rue Haute", nl="Hoogstraat")
    assert street.review is Review.CORRECTED
    for field, value in [("location.colour", 1), ("incident.priority", "high"), ("location", {}), ("call.caller", "x")]:
        with pytest.raises(BadCorrection):
            correct(ticket(), field, value, later(1))


def test_confirming_settles_what_was_raised():
    raised = ticket().raise_for(RaiseCause.SILENT_LINE, "x", later(1))
    assert raised.raise_for(RaiseCause.SILENT_LINE, "x", later(2)) is raised
    assert confirm(raised, later(3)).raised == ()


def test_merging_keeps_a_persons_word_and_the_machines_newest():
    stored = correct(ticket(), "location.house_number", "14", later(2)).model_copy(update={"status": Status.LEASED})
    ours = proposed(ticket().raise_for(RaiseCause.RECOGNITION_FAILED, "x", later(3)), reading(type=said("theft")))
    both = merge(ours, stored)
    assert both.version == stored.version
    assert both.status is Status.LEASED
    assert both.review is Review.CORRECTED
    assert (both.incident.type.value, both.location.house_number.value) == ("theft", "14")
    assert [r.cause for r in both.raised] == [RaiseCause.RECOGNITION_FAILED]


def test_merging_does_not_bring_back_what_a_person_has_seen():
    raised = ticket().raise_for(RaiseCause.SILENT_LINE, "x", later(1))
    assert merge(raised, confirm(raised, later(2))).raised == ()


def test_what_follows_from_a_type_follows_a_persons_correction_of_it():
    before = proposed(ticket(), reading(type=said("noise"), weapon=said(False)))
    corrected = correct(before, "incident.type", "fight", later(2))
    after = reweigh(corrected, TABLE, language="en")
    assert (after.incident.pillar.value, after.incident.track.value) == ("veiligheid", "beide")
    assert (after.incident.priority.value, after.incident.response.value) == (1, "immediate")
    assert after.version == corrected.version
    back = reweigh(correct(after, "incident.type", "noise", later(3)), TABLE, language="en")
    assert (back.incident.pillar.value, back.incident.priority.value) == ("rust", 1)
