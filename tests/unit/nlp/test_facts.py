"""Facts with denial, repair, supposition and evidence, in both languages."""

import pytest


def value(extraction):
    return extraction and extraction.value


@pytest.mark.parametrize(
    ("language", "text", "weapon"),
    [
        ("nl", "hij heeft een mes", "knife"),
        ("nl", "hij heeft een mes nee geen mes een schaar", "knife"),
        ("nl", "hij heeft geen mes", False),
        ("nl", "ik heb geen wapen gezien maar hij heeft wel een pistool", "firearm"),
        ("nl", "hij komt met een baseballbat", "blunt"),
        ("nl", "mijn fiets is weg", None),
        ("fr", "il a un pistolet", "firearm"),
        ("fr", "il n'a pas d'arme", False),
        ("fr", "il a un couteau non pas de couteau des ciseaux", "knife"),
        ("fr", "sans arme mais avec une batte", "blunt"),
        ("fr", "une alarme sonne", None),
    ],
)
def test_weapon(reader, language, text, weapon):
    assert value(reader(language).read(text).weapon) == weapon


@pytest.mark.parametrize(
    ("language", "text", "injured"),
    [
        ("nl", "er zijn twee gewonden", 2),
        ("nl", "drie mensen zijn zwaar gewond", 3),
        ("nl", "niemand is gewond", False),
        ("nl", "hij is niet erg gewond", True),
        ("nl", "hij bloedt", True),
        ("nl", "nummer vijf iemand is gewond", True),
        ("fr", "il y a trois blessés", 3),
        ("fr", "personne n'est blessé", False),
        ("fr", "une personne est blessée", True),
        ("fr", "il ne respire pas il est blessé", True),
        ("fr", "je ne suis pas blessée", False),
    ],
)
def test_injured(reader, language, text, injured):
    told = value(reader(language).read(text).injured)
    assert (told, type(told)) == (injured, type(injured))


@pytest.mark.parametrize(
    ("language", "text", "ongoing"),
    [
        ("nl", "ze zijn nu aan het vechten", True),
        ("nl", "gisteren hebben ze gevochten", False),
        ("nl", "tien minuten geleden maar ze zijn nog bezig", True),
        ("fr", "ils sont en train de forcer la porte", True),
        ("fr", "il y a vingt minutes", False),
        ("fr", "c'était hier soir", False),
    ],
)
def test_now_or_past(reader, language, text, ongoing):
    assert value(reader(language).read(text).ongoing) is ongoing


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "bel mij op nul vier zeven vijf twaalf vierendertig zesenvijftig"),
        ("nl", "mijn nummer is 0475/12.34.56"),
        ("nl", "0032 475 12 34 56"),
        ("fr", "c'est le zéro quatre cent septante cinq douze trente quatre cinquante six"),
    ],
)
def test_callback_in_e164(reader, language, text):
    assert value(reader(language).read(text).callback) == "+32475123456"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "nummerplaat een a b c twee drie vier"),
        ("nl", "de plaat is 1-ABC-234"),
        ("nl", "een alfa bravo charlie tweehonderd vierendertig"),
        ("fr", "immatriculée un a b c deux cent trente quatre"),
    ],
)
def test_plate(reader, language, text):
    assert "1-ABC-234" in value(reader(language).read(text).vehicles)


def test_supposition_lowers_confidence(reader):
    sure, unsure = (reader("nl").read(text).weapon for text in ("hij heeft een mes", "ik denk dat hij een mes heeft"))
    assert unsure.confidence < sure.confidence


@pytest.mark.parametrize(
    ("language", "text", "cues"),
    [
        ("nl", "kom vlug hij ademt niet en bloedt heel hard", {"help_urgent", "not_breathing", "heavy_bleeding"}),
        ("nl", "ik zit opgesloten in de badkamer", {"caller_hiding"}),
        ("nl", "het is niet dringend ik wil een afspraak maken", {"not_urgent", "appointment_wish"}),
        ("fr", "venez vite il est inconscient", {"help_urgent", "unconscious"}),
        ("fr", "je me suis enfermée mon mari me frappe", {"caller_hiding", "hate_or_partner_violence"}),
        ("fr", "il a pris la fuite je suis en sécurité", {"suspect_left", "already_safe"}),
    ],
)
def test_cues(reader, language, text, cues):
    assert cues <= {cue.value for cue in reader(language).read(text).cues}


def test_not_urgent_is_no_call_for_haste(reader):
    assert "help_urgent" not in {cue.value for cue in reader("fr").read("ce n'est pas urgent").cues}


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "hij ademt niet hij heeft een mes"), ("nl", "hij beweegt niet en bloedt")]
)
def test_a_negation_inside_a_phrase_denies_nothing_beyond_it(reader, language, text):
    read = reader(language).read(text)
    assert value(read.injured) is True
    assert value(read.weapon) is not False


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "een kleine auto voor de school"), ("fr", "une petite voiture près de l'école")]
)
def test_small_things_and_schools_are_no_children(reader, language, text):
    assert "child_involved" not in {cue.value for cue in reader(language).read(text).cues}
