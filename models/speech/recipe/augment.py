"""Make clean synthetic speech sound like a telephone call: room, handset, noise, level, G.711, lost packets.

Samples are float32 at 8 kHz on the int16 scale. Ranges: signal-to-noise ratio 5 to 35 dB (15 % clean), level -40 to
-9 dBFS, 20 ms packets lost at 1 to 6 % in a fifth of the calls.
"""

from collections.abc import Callable, Sequence

import numpy as np

from models.speech.recipe import g711
from models.speech.recipe.audio import RATE_HZ, Samples

Rng = np.random.Generator
_PACKET = 160
_FADE = (1.0, 0.7, 0.4, 0.15)
"""Gain of the repeated packet for the first, second ... lost packet in a row (in the manner of G.711 Appendix I)."""


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)) + 1e-6))


def band(samples: Samples, low_hz: float, high_hz: float) -> Samples:
    """Keep a band, with slopes of about 12 dB an octave outside it."""
    frequency = np.fft.rfftfreq(len(samples), 1 / RATE_HZ) + 1e-3
    gain = 1 / np.sqrt((1 + (low_hz / frequency) ** 4) * (1 + (frequency / high_hz) ** 8))
    return np.fft.irfft(np.fft.rfft(samples) * gain, len(samples)).astype(np.float32)


def room(samples: Samples, rng: Rng) -> Samples:
    """Add the decaying echo of a small room."""
    length = int(RATE_HZ * rng.uniform(0.05, 0.3))
    decay = np.exp(-np.arange(length) / RATE_HZ * rng.uniform(20, 60))
    echo = rng.standard_normal(length) * decay
    echo *= rng.uniform(0.05, 0.35) / np.sqrt(np.sum(echo**2))
    echo[0] = 1
    size = len(samples) + length
    mixed = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echo, size), size)
    return mixed[: len(samples)].astype(np.float32)


def tilt(samples: Samples, rng: Rng) -> Samples:
    """Make the handset darker or brighter."""
    return samples + rng.uniform(-0.6, 0.6) * np.concatenate([[0], samples[:-1]]).astype(np.float32)


def _voices(length: int, rng: Rng, babble: Sequence[Samples]) -> Samples:
    """Return one to eight people speaking at once."""
    mixed = np.zeros(length, np.float32)
    for _ in range(rng.choice([1, 3, 5, 8], p=[0.1, 0.3, 0.3, 0.3])):
        voice = babble[int(rng.integers(len(babble)))]
        mixed += np.resize(np.roll(voice, -int(rng.integers(len(voice)))), length)
    return mixed


def _coloured(length: int, rng: Rng) -> Samples:
    """Return noise that falls with frequency, like traffic or wind."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    return np.fft.irfft(spectrum / np.arange(1, len(spectrum) + 1) ** rng.uniform(0.3, 1.2), length).astype(np.float32)


def _pulse(length: int, rng: Rng) -> Samples:
    """Return a gain that swells and fades, like an engine."""
    return (1 + 0.9 * np.sin(2 * np.pi * rng.uniform(0.3, 4) * np.arange(length) / RATE_HZ)).astype(np.float32)


def noise(length: int, rng: Rng, babble: Sequence[Samples]) -> Samples:
    """Return unit-power noise: voices (45 %), white, or coloured, sometimes pulsing."""
    kind = rng.random()
    if babble and kind < 0.45:
        mixed = _voices(length, rng, babble)
    elif kind < 0.6:
        mixed = rng.standard_normal(length).astype(np.float32)
    else:
        mixed = _coloured(length, rng) * (_pulse(length, rng) if kind > 0.9 else np.float32(1))
    return np.asarray(mixed / _rms(mixed), np.float32)


def lose_packets(samples: Samples, rate: float, rng: Rng) -> Samples:
    """Drop 20 ms packets and fill each gap with the fading last one."""
    packets = np.pad(samples, (0, -len(samples) % _PACKET)).reshape(-1, _PACKET)
    lost = rng.random(len(packets)) < rate
    result, last, run = packets.copy(), np.zeros(_PACKET, np.float32), 0
    for i, gone in enumerate(lost):
        if gone:
            result[i] = last * (_FADE[run] if run < len(_FADE) else 0.0)
            run += 1
        else:
            last, run = packets[i], 0
    return result.reshape(-1)[: len(samples)]


def scale(samples: Samples, dbfs: float) -> Samples:
    """Bring the level to `dbfs` and clip."""
    return np.asarray(np.clip(samples * (32768 * 10 ** (dbfs / 20) / _rms(samples)), -32768, 32767), np.float32)


def add_noise(samples: Samples, snr_db: float, rng: Rng, babble: Sequence[Samples]) -> Samples:
    """Add noise at a signal-to-noise ratio, half of it band-limited like the voice."""
    added = noise(len(samples), rng, babble)
    if rng.random() < 0.5:
        added = band(added, 300, 3400)
    return samples + added * np.float32(_rms(samples) / _rms(added) * 10 ** (-snr_db / 20))


def telephone(samples: Samples, rng: Rng, babble: Sequence[Samples], snr_db: float | None = None) -> Samples:
    """Return the speech as a gateway would receive it; everything random, or at a given signal-to-noise ratio."""
    steps: list[tuple[float, Callable[[Samples], Samples]]] = [
        (0.3, lambda x: room(x, rng)),
        (0.5, lambda x: tilt(x, rng)),
        (0.9, lambda x: band(x, *((300, 3400) if rng.random() < 0.65 else (150, 3900)))),
    ]
    for chance, step in steps:
        if rng.random() < chance:
            samples = step(samples)
    chosen = snr_db if snr_db is not None else (rng.uniform(5, 35) if rng.random() < 0.85 else 60.0)
    loud = scale(add_noise(samples, chosen, rng, babble), rng.uniform(-40, -9))
    coded = g711.round_trip(loud, g711.alaw_table() if rng.random() < 0.8 else g711.ulaw_table())
    return lose_packets(coded, rng.uniform(0.01, 0.06), rng) if rng.random() < 0.2 else coded
