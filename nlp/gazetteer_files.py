"""Gazetteers on disk: CSV files of three kinds, told apart by their columns.

- our own, `config/gazetteer/*.csv`: kind, name_fr, name_nl, municipality_fr, municipality_nl, postcode, lat, lon and
  aliases, separated by `|`;
- EqualStreetNames' list of the streets of Brussels: name_fr, name_nl, nis, mun_fr, mun_nl, postcode, lat, lon;
- BeSt Address of a Belgian region: an address a row, of which the street is kept, once for each postcode.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from nlp.gazetteer import Gazetteer, Place, grouped
from nlp.types import BilingualName, Coordinates

Row = Mapping[str, str]
_Key = tuple[str | None, ...]
"""Kind, names and municipality: what makes two rows the same place."""
_NOWHERE = BilingualName(fr=None, nl=None)


class GazetteerError(ValueError):
    """A file that is not a gazetteer, or a row of it that is not a place."""


def load(*paths: Path) -> Gazetteer:
    """One gazetteer from all files, a place that several list counted once.

    What an earlier file says of a place goes over what a later one says: name ours before an imported one. With an
    imported one it counts as complete. Raises `GazetteerError` with file and line, `OSError` when a file is not
    readable.
    """
    places: dict[_Key, tuple[Place, ...]] = {}
    for path in paths:
        for key, alike in grouped(read(path), _key).items():
            known = places.get(key)
            places[key] = tuple(_merged(one, alike[0]) for one in known) if known else alike
    merged = (place for alike in places.values() for place in alike)
    return Gazetteer(merged, complete=any(_columns_of(path) is not _OWN for path in paths))


def _columns_of(path: Path) -> "_Format":
    with path.open(encoding="utf-8-sig", newline="") as file:
        return _format(path, frozenset(csv.DictReader(file).fieldnames or ()))


def _key(place: Place) -> _Key:
    municipality = place.municipality or _NOWHERE
    return place.kind, place.name.fr, place.name.nl, municipality.fr, municipality.nl


def _merged(first: Place, second: Place) -> Place:
    return first.model_copy(
        update={
            "postcode": first.postcode or second.postcode,
            "coordinates": first.coordinates or second.coordinates,
            "aliases": tuple(dict.fromkeys(first.aliases + second.aliases)),
        }
    )


def read(path: Path) -> Iterator[Place]:
    """The places of one UTF-8 file, each once, in the order of the file. Raises as `load` does."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        format_ = _format(path, frozenset(rows.fieldnames or ()))
        told = set()
        for row in rows:
            values = tuple(row[column] for column in format_.columns)
            if values not in told:
                told.add(values)
                yield _place(f"{path}, line {rows.line_num}", row, format_)


def _place(where: str, row: Row, format_: "_Format") -> Place:
    if None in row.values():
        raise GazetteerError(f"{where}: fewer values than columns")
    try:
        return format_.place(row)
    except ValueError as error:
        raise GazetteerError(f"{where}: {error}") from error


def _format(path: Path, columns: frozenset[str]) -> "_Format":
    for format_ in _FORMATS:
        if columns.issuperset(format_.columns):
            return format_
    raise GazetteerError(f"{path}: columns of no known gazetteer: {', '.join(sorted(columns)) or 'none'}")


def _own(row: Row) -> Place:
    return Place.model_validate(
        {
            "kind": row["kind"],
            "name": _name(row["name_fr"], row["name_nl"]),
            "municipality": _municipality(row["municipality_fr"], row["municipality_nl"]),
            "postcode": row["postcode"] or None,
            "coordinates": _coordinates(row),
            "aliases": tuple(filter(None, row["aliases"].split("|"))),
        }
    )


def _equal_street_names(row: Row) -> Place:
    return Place(
        kind="street",
        name=_name(row["name_fr"], row["name_nl"]),
        municipality=_municipality(row["mun_fr"], row["mun_nl"]),
        postcode=row["postcode"] or None,
        coordinates=_coordinates(row),
    )


def _best_address(row: Row) -> Place:
    return Place(
        kind="street",
        name=_name(row["streetname_fr"], row["streetname_nl"]),
        municipality=_municipality(row["municipality_name_fr"], row["municipality_name_nl"]),
        postcode=row["postcode"] or None,
    )


def _name(french: str, dutch: str) -> BilingualName:
    if not french and not dutch:
        raise ValueError("a place without a name")
    return BilingualName(fr=french or None, nl=dutch or None)


def _municipality(french: str, dutch: str) -> BilingualName | None:
    return BilingualName(fr=french or None, nl=dutch or None) if french or dutch else None


def _coordinates(row: Row) -> Coordinates | None:
    return Coordinates(lat=float(row["lat"]), lon=float(row["lon"])) if row["lat"] and row["lon"] else None


class _Format(NamedTuple):
    """A kind of file."""

    columns: tuple[str, ...]
    """Those that tell of the place; a row that repeats them all is the same place."""
    place: Callable[[Row], Place]
    """Raises `ValueError` when the row is none."""


_OWN = _Format(
    ("kind", "name_fr", "name_nl", "municipality_fr", "municipality_nl", "postcode", "lat", "lon", "aliases"), _own
)
_FORMATS = (
    _OWN,
    _Format(("name_fr", "name_nl", "mun_fr", "mun_nl", "postcode", "lat", "lon"), _equal_street_names),
    _Format(
        ("streetname_fr", "streetname_nl", "municipality_name_fr", "municipality_name_nl", "postcode"), _best_address
    ),
)
