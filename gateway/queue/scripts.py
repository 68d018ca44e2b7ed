"""The queue's Lua, run by EVALSHA: loaded once, loaded again when a server does not know it (restart, failover)."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from gateway.queue.policy import QueuePolicy

NAMES: Final = ("put", "claim", "renew", "ack", "release", "expire")


@dataclass(frozen=True, slots=True)
class Keys:
    """The Redis keys of one zone; the braces make them one cluster slot."""

    zone: str

    def __getitem__(self, name: str) -> str:
        return f"intake101:{{{self.zone}}}:{name}"

    def ticket(self, ticket_id: str) -> str:
        """Return the key of a ticket's hash."""
        return self[f"ticket:{ticket_id}"]

    @property
    def shared(self) -> tuple[str, ...]:
        """KEYS of every script, in the order `lua/common.lua` names them."""
        names = ("urgent", "queue", "queued", "leases", "open", "dead", "alarms", "changes", "wake")
        return tuple(self[name] for name in names)


def _texts() -> Mapping[str, str]:
    folder = files("gateway.queue").joinpath("lua")
    common = folder.joinpath("common.lua").read_text("utf-8")
    return MappingProxyType({name: common + folder.joinpath(f"{name}.lua").read_text("utf-8") for name in NAMES})


class Scripts:
    """The scripts of one zone on one client."""

    def __init__(self, redis: Redis, keys: Keys, policy: QueuePolicy) -> None:
        self._redis = redis
        self._keys = keys
        self._preamble = (keys.ticket(""), policy.to_json())
        self._texts = _texts()

    async def run(self, name: str, *args: str | int) -> Any:  # noqa: ANN401  # each script has its own shape
        """Run a script with its own arguments and return its reply; raises redis.RedisError."""
        text = self._texts[name]
        # SHA-1 is the name Redis gives a script, no protection.
        digest = sha1(text.encode(), usedforsecurity=False).hexdigest()
        shared = self._keys.shared
        operands = (*shared, *self._preamble, *(str(arg) for arg in args))
        try:
            return await self._redis.evalsha(digest, len(shared), *operands)
        except NoScriptError:
            await self._redis.script_load(text)
            return await self._redis.evalsha(digest, len(shared), *operands)
