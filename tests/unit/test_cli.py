"""The command line: exit status, JSON lines on standard output, clear words on standard error."""

import io
import json

import pytest

from gateway.cli import COMMANDS, main


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert command in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["fly"], ["serve", "--role", "cook"], ["queue"], ["call"], ["bench", "luck"]])
def test_wrong_usage_is_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["queue", "list"], "queue.redis is empty"),
        (["queue", "list", "--redis", "gopher://x"], "Redis URL"),
        (["serve", "--config", "none.toml"], "cannot be read"),
        (["call", "none.wav"], "none.wav"),
        (["gazetteer", "lookup", "x", "--gazetteer", "/none.csv"], "none.csv"),
    ],
)
def test_what_a_person_must_mend_is_named(words, says, capsys):
    assert main(words) in (1, 2)
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""


def test_understand_answers_good_lines_and_names_bad_ones(monkeypatch, capsys):
    lines = [
        '{"id": 1, "language": "nl", "text": "Er zijn dieven aan het inbreken in de Defacqzstraat 53 in Elsene"}',
        '{"id": 2, "language": "xx", "text": ""}',
        "no JSON",
        '{"id": 3, "language": "fr", "text": "on m\'a volé mon portefeuille hier, il n\'y avait pas d\'arme"}',
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    assert main(["understand"]) == 1
    told = capsys.readouterr()
    burglary, theft = (json.loads(line) for line in told.out.splitlines())
    assert (burglary["type"], burglary["priority"], burglary["response"]) == ("burglary_in_progress", 1, "immediate")
    assert burglary["street"] == {"fr": "Rue Defacqz", "nl": "Defacqzstraat"}
    assert (burglary["house_number"], burglary["municipality"]["nl"], burglary["weapon"]) == ("53", "Elsene", None)
    text = json.loads(lines[0])["text"]
    assert all(text[e["start"] : e["end"]] == e["text"] for e in burglary["evidence"])
    assert (theft["type"], theft["weapon"], theft["ongoing"]) == ("theft", False, False)
    assert "line 2: language" in told.err
    assert "line 3" in told.err


def test_the_whole_understanding_is_in_the_contracts_order(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": "a", "language": "fr", "text": "bonjour"}\n'))
    assert main(["understand"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert list(row) == [
        *("id", "language", "type", "type_confidence", "pillar", "track", "priority", "response", "reasons"),
        *("street", "house_number", "box", "municipality", "landmark", "lat", "lon", "location_confidence"),
        *("weapon", "injured", "ongoing", "evidence"),
    ]
