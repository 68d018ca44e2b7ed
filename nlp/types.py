"""What the language pipelines return: values, each with the words it rests on.

Positions are characters of the text that was read: `text[mention.start:mention.end] == mention.text`. Confidences are
probabilities between 0 and 1. A value that was not said is `None`; `False` means that the caller said it is not so.
"""

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Frozen(BaseModel):
    """Base of every immutable value here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mention(Frozen):
    """Some words of the text and the rule that read them."""

    text: str
    start: int
    """First character."""
    end: int
    """One past the last character."""
    rule: str
    """Stable id of the lexicon entry, matcher or model, such as `lexicon:burglary_in_progress:inbreken`."""


class Rival(Frozen, Generic[T]):
    """Another value the same words could mean."""

    value: T
    confidence: float


class Extraction(Frozen, Generic[T]):
    """A value read from the text."""

    value: T
    confidence: float
    evidence: tuple[Mention, ...] = ()
    alternatives: tuple[Rival[T], ...] = ()


class BilingualName(Frozen):
    """A street, landmark or municipality in the two official languages of Brussels; None where it has no such name."""

    fr: str | None
    nl: str | None


class Coordinates(Frozen):
    """WGS84 degrees."""

    lat: float
    lon: float


Weapon = str | Literal[False]
"""What kind: firearm, knife, blunt, explosive, chemical, vehicle, other; False when the caller said there is none."""


class Understanding(Frozen):
    """Everything read from one caller's words so far."""

    language: str
    """nl, fr, de or en."""
    text: str

    incident_type: Extraction[str] | None = None
    """The gravest incident told, as an id of `incident_types.toml`; its rivals are alternatives."""
    other_types: tuple[Extraction[str], ...] = ()
    """Further incidents of the same call, gravest first."""
    cues: tuple[Extraction[str], ...] = ()
    """Urgency cues heard, as ids of `triage.toml`, such as `weapon_present`, `in_progress`, `child_present`."""

    street: Extraction[BilingualName] | None = None
    house_number: Extraction[str] | None = None
    """Digits with an optional letter, such as `53` or `12A`."""
    box: Extraction[str] | None = None
    cross_street: Extraction[BilingualName] | None = None
    municipality: Extraction[BilingualName] | None = None
    postcode: Extraction[str] | None = None
    landmark: Extraction[BilingualName] | None = None
    coordinates: Extraction[Coordinates] | None = None
    location_confidence: float | None = None
    """That the place as a whole is right."""

    weapon: Extraction[Weapon] | None = None
    injured: Extraction[int | bool] | None = None
    """How many; True when some are and the number was not said; False when the caller said nobody is."""
    ongoing: Extraction[bool] | None = None
    suspects: Extraction[str] | None = None
    """Number, looks and clothing, in the caller's words."""
    vehicles: Extraction[str] | None = None
    """Kind, colour, make and plate, in the caller's words, the plate normalised."""
    direction: Extraction[str] | None = None
    caller_role: Extraction[str] | None = None
    """victim, witness or third_party."""
    callback: Extraction[str] | None = None
    """A telephone number in E.164."""
