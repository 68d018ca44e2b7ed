"""What callers say, as recognisers write it, and the place that they mean; Dutch and French names in both languages."""

from pathlib import Path
from typing import NamedTuple

import pytest

from nlp import gazetteer_files
from nlp.gazetteer import Gazetteer
from nlp.locate import read

GAZETTEER = Path(__file__).parents[3] / "config" / "gazetteer" / "brussels.csv"


class Phrase(NamedTuple):
    language: str
    text: str
    street: str | None = None
    """In French; None when no street is named."""
    number: str | None = None
    municipality: str | None = None
    landmark: str | None = None


NL, FR = "nl", "fr"
PHRASES = [
    # Dutch speakers, Dutch names
    Phrase(
        NL, "er is een inbraak bezig in de defacqzstraat nummer drieënvijftig in elsene", "Rue Defacqz", "53", "Ixelles"
    ),
    Phrase(NL, "ik sta op de wolven gracht aan nummer twaalf", "Rue du Fossé aux Loups", "12", "Bruxelles"),
    Phrase(NL, "vechtpartij in de nieuw straat voor de winkel", "Rue Neuve", None, "Bruxelles"),
    Phrase(NL, "ze zijn aan het vechten op de an spa laan", "Boulevard Anspach", None, "Bruxelles"),
    Phrase(
        NL,
        "ongeval op de elsen se steen weg ter hoogte van nummer honderd drie en twintig",
        "Chaussée d'Ixelles",
        "123",
        "Ixelles",
    ),
    Phrase(NL, "hallo politie kom snel naar de dan saart straat vier", "Rue Antoine Dansaert", "4", "Bruxelles"),
    Phrase(NL, "hij staat op het flageyplein met een mes", "Place Eugène Flagey", None, "Ixelles"),
    Phrase(NL, "we zijn in de hoogstraat nummer veertien a", "Rue Haute", "14A", "Bruxelles"),
    Phrase(NL, "in de brabantstraat in schaarbeek nummer tachtig", "Rue de Brabant", "80", "Schaerbeek"),
    Phrase(NL, "op de hoek van de nieuwstraat en de kruidtuinlaan", "Rue Neuve", None, "Bruxelles"),
    Phrase(
        NL,
        "gentsesteenweg nummer twaalf nee nummer veertien in molenbeek",
        "Chaussée de Gand",
        "14",
        "Molenbeek-Saint-Jean",
    ),
    Phrase(NL, "op de leuvense steenweg in evere ter hoogte van de brug", "Chaussée de Louvain", None, "Evere"),
    Phrase(NL, "mijn auto is gestolen op de al sem berg se steenweg in ukkel", "Chaussée d'Alsemberg", None, "Uccle"),
    Phrase(NL, "de lambermont laan nummer tweehonderd en tien", "Boulevard Lambermont", "210"),
    Phrase(NL, "meneer ik woon in de wayez straat drieëntachtig bus drie", "Rue Wayez", "83", "Anderlecht"),
    Phrase(NL, "een man valt mensen lastig aan het zuidstation", None, None, "Saint-Gilles", "Gare du Midi"),
    Phrase(NL, "er staat een verdacht pakket tegenover het atomium", None, None, "Bruxelles", "Atomium"),
    Phrase(NL, "op de grote markt is een man gestoken", None, None, "Bruxelles", "Grand-Place"),
    Phrase(NL, "aan de beurs wordt gevochten", None, None, "Bruxelles", "Bourse"),
    Phrase(NL, "in de jubelfeest laan op nummer vijf-en-zestig", "Boulevard du Jubilé", "65"),
    Phrase(NL, "aan de keizer karel laan in ganshoren", "Avenue Charles-Quint", None, "Ganshoren"),
    Phrase(NL, "wetstraat zestien duizend brussel", "Rue de la Loi", "16", "Bruxelles"),
    Phrase(NL, "de kroonlaan duizend vijftig elsene", "Avenue de la Couronne", None, "Ixelles"),
    # Dutch speakers and recognisers, French names
    Phrase(NL, "ik ben in de plas fla zee", "Place Eugène Flagey"),
    Phrase(NL, "er is een gevecht op sjo see dik sel", "Chaussée d'Ixelles"),
    Phrase(NL, "in de ru neuve aan de h en m", "Rue Neuve"),
    Phrase(NL, "op de boel var an spak", "Boulevard Anspach"),
    Phrase(NL, "ik sta op avenue lou ies nummer dertig", "Avenue Louise", "30"),
    Phrase(NL, "in de ru de la loa zestien", "Rue de la Loi", "16"),
    Phrase(NL, "op de a venu de la toe zon dor", "Avenue de la Toison d'Or"),
    Phrase(NL, "op de sjo see de wa ver", "Chaussée de Wavre"),
    Phrase(NL, "aan gare du midi is iemand neergestoken", None, None, "Saint-Gilles", "Gare du Midi"),
    Phrase(NL, "in rue haute nummer tien", "Rue Haute", "10"),
    Phrase(NL, "in de rue defak drieënvijftig in elsene", "Rue Defacqz", "53", "Ixelles"),
    Phrase(NL, "hoek rue royale en rue de la loi", "Rue Royale"),
    # French speakers, French names
    Phrase(FR, "il y a un cambriolage rue defacqz numéro cinquante trois à ixelles", "Rue Defacqz", "53", "Ixelles"),
    Phrase(
        FR, "une bagarre sur la chaud ces dix elles au numéro septante trois", "Chaussée d'Ixelles", "73", "Ixelles"
    ),
    Phrase(FR, "je suis rue du faut c est aux loups", "Rue du Fossé aux Loups"),
    Phrase(FR, "un accident boulevard en spa devant la bourse", "Boulevard Anspach", None, "Bruxelles", "Bourse"),
    Phrase(FR, "il est place fla j avec un couteau", "Place Eugène Flagey", None, "Ixelles"),
    Phrase(FR, "on se bat rue dans ça ère", "Rue Antoine Dansaert", None, "Bruxelles"),
    Phrase(FR, "venez vite avenue louis ze numéro cent vingt trois bis", "Avenue Louise", "123bis"),
    Phrase(FR, "c'est au cinquante trois rue haute à bruxelles", "Rue Haute", "53", "Bruxelles"),
    Phrase(FR, "chaussée de vavre numéro mille deux cents à auderghem", "Chaussée de Wavre", "1200", "Auderghem"),
    Phrase(FR, "au coin de la rue haute et de la rue des minimes", "Rue Haute", None, "Bruxelles"),
    Phrase(FR, "avenue de terre vu renne à woluwe saint pierre", "Avenue de Tervueren", None, "Woluwe-Saint-Pierre"),
    Phrase(FR, "j habite rue du tronc numéro douze à ixelles", "Rue du Trône", "12", "Ixelles"),
    Phrase(FR, "place mes heures à schaerbeek", "Place Général Meiser", None, "Schaerbeek"),
    Phrase(FR, "rue gallait quarante deux boîte deux mille trente schaerbeek", "Rue Gallait", "42", "Schaerbeek"),
    Phrase(FR, "chaussée de monts numéro nonante à anderlecht", "Chaussée de Mons", "90", "Anderlecht"),
    Phrase(FR, "à la gare du midi il y a un homme armé", None, None, "Saint-Gilles", "Gare du Midi"),
    Phrase(FR, "à flagey près de l'arrêt de tram", None, None, "Ixelles", "Flagey"),
    Phrase(FR, "à la porte de namur", None, None, "Ixelles", "Métro Porte de Namur"),
    Phrase(FR, "au parc du cinquantenaire quelqu'un crie", None, None, "Etterbeek", "Parc du Cinquantenaire"),
    Phrase(FR, "boulevard le monnier numéro quatre vingt dix sept", "Boulevard Maurice Lemonnier", "97", "Bruxelles"),
    Phrase(FR, "avenue roger à schaerbeek", "Avenue Rogier", None, "Schaerbeek"),
    # French speakers and recognisers, Dutch names
    Phrase(FR, "je suis dans la nie vestra te", "Rue Neuve"),
    Phrase(FR, "c'est à la hogue strate numéro dix", "Rue Haute", "10"),
    Phrase(FR, "sur la elle sens se steen vegue", "Chaussée d'Ixelles"),
    Phrase(FR, "sur anse pac l an", "Boulevard Anspach"),
    Phrase(FR, "je suis à l'anspachlaan numéro trois", "Boulevard Anspach", "3"),
    # nowhere
    Phrase(NL, "hij heeft mij in elkaar geslagen ik lig op straat"),
    Phrase(NL, "mijn buurman maakt al de hele nacht lawaai en ik kan niet slapen"),
    Phrase(NL, "een vrouw met blonde haren en een man met mijn beurs"),
    Phrase(NL, "mijn naam is jan peeters en mijn nummer is nul vier zeven vijf twaalf dertien veertien"),
    Phrase(FR, "une voiture roule très vite sur la route la plaque c'était un a b c deux trois quatre"),
    Phrase(FR, "on a volé ma bourse et il jette des pierres sur la place"),
    Phrase(FR, "je ne sais pas où je suis je vois un grand bâtiment et un parking"),
    Phrase(FR, "madame louise rogier est tombée dans la rue"),
]


MISSED = pytest.param(
    Phrase(FR, "dans la l as que ne strate", "Rue de Laeken"),
    marks=pytest.mark.xfail(reason="the name begins with what reads as an article", strict=True),
)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return gazetteer_files.load(GAZETTEER)


@pytest.mark.parametrize("phrase", [*PHRASES, MISSED], ids=lambda phrase: phrase.text[:60])
def test_place_meant(gazetteer: Gazetteer, phrase: Phrase) -> None:
    reading = read(phrase.text, phrase.language, gazetteer)
    assert (reading.street and reading.street.value.fr) == phrase.street
    assert (reading.house_number and reading.house_number.value) == phrase.number
    assert (reading.landmark and reading.landmark.value.fr) == phrase.landmark
    if phrase.municipality or not phrase.street:
        assert (reading.municipality and reading.municipality.value.fr) == phrase.municipality
