"""Each adapter, made from its own section of the settings. Faults of a site's files are ConfigErrors naming them."""

import asyncio
import contextlib
import secrets
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gateway.domain.triage import TriageTable
from gateway.errors import ConfigError
from gateway.intake.conversation import Manners
from gateway.language.reader import ReaderOptions
from gateway.ports import TicketQueue
from gateway.queue.policy import QueuePolicy
from gateway.queue.redis_queue import connect
from gateway.rtp.source import SIGNALLED, SourcePolicy
from gateway.settings import Settings, address
from gateway.speech import models as speech_models
from gateway.speech.announcements import PreparedSpeech
from gateway.speech.listening import Rules
from gateway.speech.pool import PoolOptions, RecogniserPool
from gateway.telephony.trunk import TrunkConfig
from gateway.worker.supervisor import Limits


def trunk_config(settings: Settings) -> TrunkConfig:
    """Translate [sip]."""
    recordings = settings.site.data / "recordings"
    recordings.mkdir(mode=0o700, parents=True, exist_ok=True)
    return TrunkConfig(
        sip=address(settings.sip.listen, "setting sip.listen"),
        recordings=recordings,
        node=settings.site.name,
        advertised_host=settings.sip.advertise or None,
        rtp_ports=settings.sip.rtp_ports,
        source_policy=source_policy(settings),
        max_calls=settings.sip.capacity,
    )


def source_policy(settings: Settings) -> SourcePolicy | None:
    """Translate [sip] media_source."""
    return {"peer": None, "signalled": SIGNALLED, "latch": SourcePolicy(True, settings.sip.media_networks)}[
        settings.sip.media_source
    ]


def manners(settings: Settings) -> Manners:
    """Translate [conversation]."""
    given = settings.conversation.model_dump(exclude={"announcements"})
    return Manners(languages=settings.site.languages, **given)


async def hearing_of(settings: Settings) -> RecogniserPool:
    """Check the speech models and make the recognisers; raises ConfigError."""
    return RecogniserPool(
        PoolOptions(
            models=await checked_models(settings),
            rules=Rules(settings.site.languages),
            workers=settings.speech.processes,
            limits=Limits(hang_s=settings.speech.hang_s),
        )
    )


async def checked_models(settings: Settings) -> Mapping[str, Path]:
    """Check every speech model and try it in a child process; raises ConfigError naming the file and the remedy."""
    folders = model_folders(settings)
    production = settings.site.profile == "production"
    await asyncio.gather(
        *(speech_models.check(folder, language, production=production) for language, folder in folders.items())
    )
    return folders


def model_folders(settings: Settings) -> dict[str, Path]:
    """Return the speech model's folder of each language of the site."""
    return {language: settings.path(settings.speech.models) / language for language in settings.site.languages}


def reader_options(settings: Settings) -> ReaderOptions:
    """Translate [language]."""
    return ReaderOptions(
        languages=settings.site.languages,
        models=settings.path(settings.language.models),
        gazetteer=settings.path(settings.language.gazetteer),
        workers=settings.language.workers,
        deadline_s=settings.language.deadline_s,
    )


def triage_table(settings: Settings) -> TriageTable:
    """Read the incident types and the triage rules; raises ConfigError."""
    types = settings.path(settings.triage.types)
    rules = settings.path(settings.triage.rules)
    tree = {"types": _toml(types), **_toml(rules)}
    tree["rules"] = tree.pop("rule", ())
    try:
        return TriageTable.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{types.name} or {rules.name}: {where}: {first['msg']}") from error


def announcements_of(settings: Settings, table: TriageTable) -> PreparedSpeech:
    """Read what is said to callers; raises ConfigError when an answer of the triage table has no sentence."""
    prepared = PreparedSpeech(settings.path(settings.conversation.announcements), settings.site.languages)
    missing = [key for key in table.announcement.values() if key not in prepared.sentences]
    if missing:
        raise ConfigError(f"{settings.triage.rules} tells {missing[0]!r}, which announcements.toml lacks: add it")
    return prepared


@asynccontextmanager
async def open_queue(settings: Settings) -> AsyncIterator[TicketQueue]:
    """Open the zone's queue; raises ConfigError when no Redis is named."""
    if not settings.queue.redis:
        raise ConfigError("setting queue.redis is empty: name a Redis server, such as redis://127.0.0.1:6379/0")
    policy = QueuePolicy(max_attempts=settings.queue.max_attempts, closed_ttl_s=settings.queue.closed_ttl_s)
    async with connect(settings.queue.redis, settings.site.zone, policy, timeout_s=settings.queue.timeout_s) as queue:
        yield queue


def desk_token(settings: Settings) -> str:
    """Return the desk's shared secret: the setting, or one made once and kept in the data folder."""
    if settings.desk.token:
        return settings.desk.token
    path = settings.site.data / "desk.token"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}") from error
