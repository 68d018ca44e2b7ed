"""Incident types, evidence and the pipelines as saved."""

import csv
import json
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[3]
MODELS = ROOT / "models" / "language"
LANGUAGES = ("nl", "fr")
WORDS = [
    "er",
    "is",
    "een",
    "mes",
    "geen",
    "inbraak",
    "gisteren",
    "l'arme",
    "n'est",
    "pas",
    "blessé",
    "twee",
    "1-ABC-234",
    "Kom,",
    "œ",
    "💥",
]


def lead(reader, language, text):
    read = reader(language).read(text).incident_type
    return read and read.value


@pytest.mark.parametrize(
    ("language", "text", "type_"),
    [
        ("nl", "Kom snel, er wordt geschoten op straat!", "shooting"),
        ("nl", "ze zijn aan het inbreken bij de buren", "burglary_in_progress"),
        ("nl", "er is vannacht bij ons ingebroken", "burglary_discovered"),
        ("nl", "een ongeval en twee mensen zijn gewond", "accident_injury"),
        ("nl", "een ongeval maar niemand is gewond", "accident_damage"),
        ("nl", "mijn man slaat mij en hij heeft een mes", "domestic_violence"),
        ("nl", "schiet op met die patrouille", None),
        ("nl", "ik schrik me dood", None),
        ("nl", "er is geen brand", None),
        ("nl", "goeienavond ik woon in de brabantstraat", None),
        ("fr", "c'est mort ici", None),
        ("fr", "il y a une bagarre devant la gare", "fight"),
        ("fr", "un vol avec violence dans le tram", "robbery"),
        ("fr", "on est en train de cambrioler les voisins", "burglary_in_progress"),
        ("fr", "des tirs de feux d'artifice dans le parc", "nuisance"),
        ("fr", "", None),
    ],
)
def test_type(reader, language, text, type_):
    assert lead(reader, language, text) == type_


def test_the_gravest_leads_and_the_others_follow(reader):
    read = reader("fr").read("on a volé mon sac hier et maintenant il y a un incendie chez le voisin")
    assert read.incident_type.value == "fire_or_explosion"
    assert "theft" in {other.value for other in read.other_types}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_of_the_contract_is_recognised(reader, language):
    types = tomllib.loads((ROOT / "config" / "incident_types.toml").read_text("utf-8"))
    with (MODELS / language / "free.test.tsv").open(encoding="utf-8") as lines:
        right = {type_ for type_, text in csv.reader(lines, delimiter="\t") if lead(reader, language, text) == type_}
    assert types.keys() - right == {"silent_call", "unclassified"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_priorities_are_those_of_the_contract(reader, language):
    types = tomllib.loads((ROOT / "config" / "incident_types.toml").read_text("utf-8"))
    priorities = reader(language).nlp.get_pipe("incident").priorities
    assert priorities == {type_: types[type_]["priority"] for type_ in priorities}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_tells_every_file(language):
    manifest = json.loads((MODELS / language / "manifest.json").read_text("utf-8"))
    for path, expected in manifest["files"].items():
        assert sha256((MODELS / language / path).read_bytes()).hexdigest() == expected["sha256"], path


@pytest.mark.parametrize("language", LANGUAGES)
@given(chosen=st.lists(st.sampled_from(WORDS), max_size=25), gap=st.sampled_from([" ", "  ", "\n"]))
def test_evidence_is_the_words_at_its_place_and_reading_is_pure(reader, language, chosen, gap):
    text = gap.join(chosen)
    read = reader(language).read(text)
    assert read == reader(language).read(text)
    values = [value for _, value in read if hasattr(value, "evidence")] + [*read.cues, *read.other_types]
    for mention in (mention for value in values for mention in value.evidence):
        assert text[mention.start : mention.end] == mention.text
