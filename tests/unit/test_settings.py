"""Defaults < TOML < environment < flags, and clear errors."""

import tomllib
from pathlib import Path

import pytest

from gateway.errors import ConfigError
from gateway.settings import Settings, address, load
from tests.conftest import ROOT


def test_the_commented_file_says_the_defaults_and_every_key():
    written = tomllib.loads((ROOT / "config/gateway.toml").read_text(encoding="utf-8"))
    assert Settings.model_validate(written) == Settings()
    meant = {s: set(type(getattr(Settings(), s)).model_fields) for s in Settings.model_fields}
    assert {section: set(keys) for section, keys in written.items()} == meant


def test_precedence(tmp_path):
    file = tmp_path / "g.toml"
    file.write_text('[site]\nzone = "file"\nnode = "file"\ndata = "file"\n')
    environment = {"INTAKE101_SITE_NODE": "environment", "INTAKE101_SITE_DATA": "environment", "HOME": "x"}
    got = load(file, environment, {("site", "data"): "flag", ("site", "zone"): None}).site
    assert (got.zone, got.node, got.data) == ("file", "environment", Path("flag"))


def test_environment_lists_and_numbers():
    got = load(None, {"INTAKE101_SITE_LANGUAGES": "fr,nl", "INTAKE101_SIP_MAX_CALLS": "7"}, {})
    assert (got.site.languages, got.sip.max_calls) == (("fr", "nl"), 7)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[site]\nzoen = 1\n", "site.zoen"),
        ("[sip]\nmax_calls = -1\n", "sip.max_calls"),
        ("[site]\nlanguages = []\n", "site.languages"),
        ("site = 3\n", "outside a"),
        ("[site\n", "no TOML"),
    ],
)
def test_a_wrong_file_is_named_with_the_key(tmp_path, text, says):
    file = tmp_path / "g.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=says.replace(".", r"\.")):
        load(file, {}, {})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml", {}, {})


@pytest.mark.parametrize("text", ["", "5060", "host:", "host:99999", "host:x"])
def test_addresses(text):
    with pytest.raises(ConfigError, match="HOST:PORT"):
        address(text, "it")


def test_an_address():
    assert address("127.0.0.1:5060", "it") == ("127.0.0.1", 5060)
    assert address("[::1]:5060", "it") == ("::1", 5060)


def test_capacity_follows_the_machine_unless_it_is_set():
    assert Settings().sip.capacity >= 30
    assert load(None, {"INTAKE101_SIP_MAX_CALLS": "7"}, {}).sip.capacity == 7


def test_media_ports():
    assert len(Settings().sip.rtp_ports) == 2000
    with pytest.raises(ConfigError, match="media_ports"):
        _ = load(None, {"INTAKE101_SIP_MEDIA_PORTS": "9-1"}, {}).sip.rtp_ports


def test_secrets_are_not_shown():
    assert "hush" not in repr(load(None, {"INTAKE101_DESK_TOKEN": "hush"}, {}))
