"""Connections to Redis: every command has a deadline, and what goes wrong there is PartUnavailable here."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gateway.errors import ConfigError, PartUnavailable


def client(url: str, *, timeout_s: float) -> Redis:
    """Return a client whose connects and commands end after `timeout_s`; raises ConfigError on a malformed URL.

    Nothing is tried twice: the caller of the queue carries on and comes back, and a repeated claim would lease twice.
    """
    once = Retry(NoBackoff(), 0)
    try:
        pool = ConnectionPool.from_url(
            url,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=once,
            decode_responses=True,
            protocol=2,
        )
    except ValueError as error:
        raise ConfigError(f"Redis URL is malformed: {error}; write redis://HOST:PORT/0 or unix:///PATH") from error
    return Redis.from_pool(pool)


def patient(redis: Redis) -> Redis:
    """Return a client to the same server for blocking reads, which bring their own deadline. Close it with `aclose`."""
    pool = redis.connection_pool
    settings = {**pool.connection_kwargs, "socket_timeout": None}
    return Redis.from_pool(ConnectionPool(connection_class=pool.connection_class, **settings))


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn any fault of the store into PartUnavailable: whatever ails it, the call goes on without it."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise PartUnavailable(f"the queue's Redis: {type(error).__name__}: {error}") from error
