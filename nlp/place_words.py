"""The small words around places: what announces one, what ends one, and what says that it is not the one meant.

All words are folded (lower case, no accents), the four languages together: a caller mixes them.
"""

LOCATION_CUES = frozenset(
    {
        *(
            "in",
            "op",
            "aan",
            "te",
            "bij",
            "vlakbij",
            "dichtbij",
            "buurt",
            "halte",
            "tramhalte",
            "bushalte",
            "arret",
            "naast",
            "tegenover",
            "hoek",
            "nabij",
            "rond",
            "langs",
            "achter",
            "voor",
        ),
        *(
            "a",
            "au",
            "aux",
            "sur",
            "dans",
            "devant",
            "derriere",
            "coin",
            "angle",
            "chez",
            "vers",
            "pres",
            "face",
            "cote",
        ),
        *("hauteur", "hoogte", "richting", "naar", "direction", "rue", "adres", "adresse", "station", "gare", "metro"),
        *("at", "on", "near", "opposite", "behind", "corner", "am", "im", "an", "auf", "beim", "gegenuber", "ecke"),
        *("gemeente", "commune", "postcode", "wijk", "quartier", "ter", "thv", "uit", "van", "from", "entre", "tussen"),
    }
)
"""After these a place may follow, also one that is spelled like an everyday word."""
ARTICLES = frozenset(
    {
        *("de", "het", "den", "t", "l", "la", "le", "les", "du", "d", "des", "the", "der", "die", "das", "dem"),
        *("van", "aan", "op", "ville"),
    }
)
"""May stand between a cue and the place."""
EVERYDAY = frozenset(
    {
        *(
            "haren",
            "laken",
            "beurs",
            "bourse",
            "forest",
            "vorst",
            "jette",
            "helmet",
            "plaine",
            "plein",
            "docks",
            "munt",
        ),
        *("delta", "horta", "bareel", "barriere", "bascule", "parvis", "zavel", "sablon", "warande", "westland"),
        *("bizet", "clemenceau", "lemonnier", "louise", "rogier", "kruidtuin", "botanique", "montgomery", "berchem"),
        *("kathedraal", "cathedrale", "basiliek", "basilique", "stadhuis", "hoteldeville", "planetarium", "wiels"),
        *("kinderziekenhuis", "munthof", "tenbosch", "scheut", "matonge", "jacquesbrel", "pietonnier", "portaal"),
        *("voetgangerszone", "madou", "merode", "schuman", "aumale", "hankar", "berenkuil", "portail"),
    }
)
"""Names that are also everyday words or family names: taken for a place only after a cue."""
CONNECTORS = frozenset(
    {
        "et",
        "en",
        "and",
        "und",
        "ou",
        "of",
        "par",
        "onze",
        "notre",
        "deze",
        "dit",
        "cette",
        "ce",
        "nos",
        "elle",
        "elles",
        "c",
        "est",
        "que",
        "dans",
        "mes",
        "se",
        "s",
        "ter",
        "zijn",
    }
)
"""With articles and cues, words that name nothing by themselves."""
STOPS = frozenset(
    {
        *("ik", "er", "is", "was", "ben", "heb", "heeft", "hebben", "staat", "staan", "ligt", "loopt", "zit"),
        *(
            "wordt",
            "worden",
            "komt",
            "kom",
            "kan",
            "kunt",
            "moet",
            "een",
            "iemand",
            "man",
            "vrouw",
            "met",
            "nee",
            "neen",
        ),
        *("ja", "euh", "niet", "geen", "nu", "snel", "politie", "die", "dat", "want", "omdat", "maar", "dus", "daar"),
        *("hij", "zij", "ze", "we", "wij", "u", "mijn", "haar", "nummer", "huisnummer", "hoek", "bus"),
        *("tegenover", "naast", "richting", "hier", "dan", "toen", "echt", "hallo", "goeiedag", "alstublieft", "bij"),
        *("il", "ils", "je", "j", "nous", "vous", "on", "y", "sont", "qui", "qu"),
        *("un", "une", "homme", "femme", "quelqu", "avec", "numero", "coin", "non", "oui", "pas", "vite", "police"),
        *("devant", "mais", "parce", "donc", "ici", "pour", "bonjour", "allo", "boite", "bte", "angle", "ai"),
        *("chez", "vers", "a", "venez", "ont", "il", "mon", "ma", "son", "sa", "pardon", "sorry"),
        *("i", "there", "he", "she", "they", "my", "with", "and", "the", "please", "someone", "number", "und", "ich"),
        *("ein", "eine", "ist", "wir", "mit", "bitte", "there's", "at", "near", "has", "have", "are", "bedoel", "dire"),
    }
)
"""No part of a name that was misheard: they end the words that are looked up by sound."""
CORNER_CUES = frozenset(
    {
        *(
            "hoek",
            "kruispunt",
            "kruising",
            "coin",
            "angle",
            "carrefour",
            "croisement",
            "corner",
            "ecke",
            "intersection",
        ),
        *("tussen", "entre", "between", "zwischen"),
    }
)
"""Two streets that meet, or that bound the place."""
REPAIRS = frozenset(
    {"nee", "neen", "non", "nein", "no", "pardon", "sorry", "excuseer", "bedoel", "dire", "plutot", "meine", "mean"}
)
"""What comes next replaces what was said before."""
ASIDES = frozenset({"richting", "naar", "direction", "vers", "towards", "nach", "vanuit"})
"""Where somebody goes to, not where it happens."""
SUMMONS = frozenset(
    {
        *(
            "kom",
            "komt",
            "komen",
            "stuur",
            "sturen",
            "kunt",
            "moet",
            "patrouille",
            "venez",
            "venir",
            "viens",
            "envoyez",
        ),
        *("envoyer", "come", "send", "kommen", "schicken", "schick"),
    }
)
"""The caller sends for somebody: where to is where it happens."""
HOME_CUES = frozenset({"woon", "wonen", "woont", "habite", "habitons", "domicilie", "live", "wohne", "thuisadres"})
"""Where the caller lives; another place named is where it happens."""
NEGATIONS = frozenset({"niet", "pas", "not", "nicht"})
"""Right before a place: it is not there."""
PERSON_CUES = frozenset(
    {
        *("meneer", "mevrouw", "heer", "juffrouw", "monsieur", "madame", "mademoiselle", "mister", "herr", "frau"),
        *("naam", "noem", "heet", "nom", "appelle", "prenom", "voornaam", "name", "vriend", "vriendin", "heisse"),
    }
)
"""Before a person's name."""
POSTCODE_CUES = frozenset({"postcode", "postnummer", "postal", "postleitzahl"})
NUMBER_FILLERS = frozenset(
    {
        *(
            "op",
            "het",
            "aan",
            "de",
            "nummer",
            "huisnummer",
            "nr",
            "n",
            "euh",
            "ter",
            "hoogte",
            "van",
            "thv",
            "dat",
            "is",
        ),
        *(
            "au",
            "le",
            "numero",
            "no",
            "a",
            "l",
            "c",
            "est",
            "hauteur",
            "du",
            "la",
            "number",
            "at",
            "hausnummer",
            "dans",
        ),
    }
)
"""May stand between a street and its house number."""
UNITS = frozenset(
    {
        *("man", "mannen", "vrouwen", "mensen", "personen", "jongens", "gasten", "kinderen", "jaar", "uur", "minuten"),
        *("euro", "meter", "keer", "daders", "auto", "autos", "dagen", "weken", "maanden", "gewonden", "verdieping"),
        *("hommes", "femmes", "personnes", "gars", "jeunes", "enfants", "ans", "heure", "heures", "h", "minutes"),
        *("euros", "metres", "fois", "voitures", "jours", "semaines", "mois", "blesses", "etage", "types", "individus"),
        *("men", "women", "people", "years", "minutes", "hours", "times", "cars", "manner", "leute", "jahre", "uhr"),
        *("mecs", "kerels", "kilometer", "kilometres", "secondes", "seconden", "mesures", "wagens", "december"),
    }
)
"""After these a number counts something."""
