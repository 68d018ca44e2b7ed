"""Settings: defaults < TOML < environment < flags. Read only by `cli.py` and `app.py`.

`config/gateway.toml` explains every key; this file gives their types and bounds.
"""

import os
import platform
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.errors import ConfigError

PREFIX = "INTAKE101_"
CALLS_A_CORE = 30
"""60 calls at once used 1.6 of two cores, with all languages listening and tickets as of each call alone."""
LISTS = {("site", "languages"), ("sip", "media_networks")}
"""Settings that hold several values: separated by commas in the environment."""


def share() -> Path:
    """Return the folder that `config/` and `models/` lie in: the checkout, or what the wheel carries."""
    package = Path(__file__).resolve().parent
    carried = package / "_share"
    return carried if carried.is_dir() else package.parent


class Section(BaseModel):
    """Base of every section; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Site(Section):
    """[site]."""

    zone: str = Field("5339", pattern=r"^[A-Za-z0-9_-]{1,32}$")
    languages: tuple[Literal["nl", "fr", "de", "en"], ...] = Field(("nl", "fr"), min_length=1)
    desk_language: Literal["nl", "fr", "de", "en"] = "nl"
    node: str = Field("", pattern=r"^[A-Za-z0-9._-]{0,64}$")
    data: Path = Path("data")
    profile: Literal["test", "production"] = "test"

    @property
    def name(self) -> str:
        """The node's name."""
        return self.node or platform.node() or "intake"


class Sip(Section):
    """[sip]."""

    listen: str = "0.0.0.0:5060"
    advertise: str = ""
    media_ports: str = Field("20000-21999", pattern=r"^\d{1,5}-\d{1,5}$")
    media_source: Literal["signalled", "peer", "latch"] = "peer"
    media_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    max_calls: int = Field(0, ge=0, le=1000)
    drain_s: float = Field(600.0, ge=0)

    @property
    def capacity(self) -> int:
        """How many calls are taken at once; `intake101 bench calls` shows what a machine bears."""
        return self.max_calls or CALLS_A_CORE * (os.cpu_count() or 1)

    @property
    def rtp_ports(self) -> range:
        """The UDP ports for media."""
        first, last = (int(port) for port in self.media_ports.split("-"))
        if not 1024 <= first < last <= 65535:
            raise ConfigError(
                f"setting sip.media_ports is {self.media_ports!r}; write FIRST-LAST between 1024 and 65535"
            )
        return range(first, last + 1)


class Speech(Section):
    """[speech]."""

    models: Path = Path("models/speech")
    workers: int = Field(0, ge=0, le=256)
    hang_s: float = Field(5.0, gt=0)

    @property
    def processes(self) -> int:
        """How many recogniser processes to run."""
        return self.workers or os.cpu_count() or 1


class Language(Section):
    """[language]."""

    models: Path = Path("models/language")
    gazetteer: Path = Path("config/gazetteer/brussels.csv")
    workers: int = Field(2, ge=1, le=64)
    deadline_s: float = Field(2.0, gt=0)


class Conversation(Section):
    """[conversation]."""

    announcements: Path = Path("config/announcements")
    pause_s: float = Field(1.6, gt=0)
    silent_s: float = Field(6.0, gt=0)
    silent_prompts: int = Field(2, ge=0)
    questions: int = Field(4, ge=0)
    linger_s: float = Field(8.0, gt=0)
    linger_urgent_s: float = Field(120.0, gt=0)
    longest_silence_s: float = Field(600.0, gt=0)


class Triage(Section):
    """[triage]."""

    types: Path = Path("config/incident_types.toml")
    rules: Path = Path("config/triage.toml")


class Queue(Section):
    """[queue]."""

    redis: str = ""
    max_attempts: int = Field(5, ge=1)
    closed_ttl_s: int = Field(604_800, ge=1)
    timeout_s: float = Field(2.0, gt=0)


class Desk(Section):
    """[desk]."""

    listen: str = "127.0.0.1:8101"
    token: str = Field("", repr=False)
    open_metrics: bool = False


class Ops(Section):
    """[ops]."""

    listen: str = "127.0.0.1:8102"


class Log(Section):
    """[log]."""

    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(Section):
    """All of them."""

    site: Site = Site()
    sip: Sip = Sip()
    speech: Speech = Speech()
    language: Language = Language()
    conversation: Conversation = Conversation()
    triage: Triage = Triage()
    queue: Queue = Queue()
    desk: Desk = Desk()
    ops: Ops = Ops()
    log: Log = Log()

    @staticmethod
    def path(path: Path) -> Path:
        """Find a file of the settings: absolute, or in the installation."""
        return path if path.is_absolute() else share() / path


Tree = dict[str, dict[str, Any]]


def load(file: Path | None, environment: Mapping[str, str], flags: Mapping[tuple[str, str], object]) -> Settings:
    """Read the settings; raises ConfigError naming the key, the fault and where it came from.

    `flags` maps (section, key) to a value; None is a flag that was not given.
    """
    tree: Tree = {}
    _lay(tree, _file(file) if file else {})
    _lay(tree, _environment(environment))
    given: Tree = {}
    for (section, key), value in flags.items():
        if value is not None:
            given.setdefault(section, {})[key] = value
    _lay(tree, given)
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"setting {key}: {first['msg']}; config/gateway.toml explains every key") from error


def _lay(tree: Tree, over: Mapping[str, Mapping[str, Any]]) -> None:
    for section, keys in over.items():
        tree.setdefault(section, {}).update(keys)


def _file(path: Path) -> Tree:
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"settings file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"settings file {path} is no TOML: {error}") from error
    wrong = next((name for name, section in tree.items() if not isinstance(section, dict)), None)
    if wrong is not None:
        raise ConfigError(f"settings file {path}: {wrong!r} stands outside a [section]")
    return tree


def _environment(environment: Mapping[str, str]) -> Tree:
    """Read INTAKE101_SECTION_KEY; lists are separated by commas."""
    tree: Tree = {}
    for name, text in environment.items():
        section, _, key = name.removeprefix(PREFIX).lower().partition("_")
        if not name.startswith(PREFIX) or section not in Settings.model_fields:
            continue
        value: object = text.split(",") if (section, key) in LISTS else text
        tree.setdefault(section, {})[key] = value
    return tree


def address(text: str, what: str) -> tuple[str, int]:
    """Split HOST:PORT; raises ConfigError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ConfigError(f"{what} is {text!r}; write HOST:PORT, such as 127.0.0.1:5060")
    return host.strip("[]"), int(port)
