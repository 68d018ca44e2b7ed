"""Speech from espeak-ng with the exact time of every phone and word (libespeak-ng, synchronous mode).

The library keeps its state in the process and crashes once in some thousand calls: callers that synthesise much do so
in short-lived child processes (`shards.py`).
"""

import ctypes
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 22050
_SYNCHRONOUS, _PHONEME_EVENTS, _UTF8 = 2, 1, 1
_EVENT_END, _EVENT_WORD, _EVENT_PHONEME = 0, 1, 7
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4


@dataclass(frozen=True)
class Manner:
    """How a voice speaks."""

    words_per_minute: int = 150
    """Speed; 120 is slow, 250 hurried."""
    pitch: int = 50
    """Base pitch, 0 to 100."""
    pitch_range: int = 50
    """Liveliness, 0 (monotone) to 100."""


@dataclass(frozen=True)
class Spoken:
    """One synthesised text."""

    samples: NDArray[np.int16]
    """Mono PCM at RATE_HZ."""
    phones: tuple[tuple[int, str], ...]
    """(first sample, espeak-ng mnemonic) in order of time."""
    words: tuple[tuple[int, tuple[str, ...]], ...]
    """(offset of the word in the text in characters, its mnemonics) in order of time."""


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))
_chunks: list[NDArray[np.int16]] = []
_events: list[tuple[int, int, int, str]] = []


@_Callback
def _collect(wave, count, events):  # type: ignore[no-untyped-def]  # ctypes callback
    if count > 0 and wave:
        _chunks.append(np.ctypeslib.as_array(wave, (count,)).copy())
    index = 0
    while events[index].type != _EVENT_END:
        event = events[index]
        name = ctypes.string_at(ctypes.addressof(event.id), 8).split(b"\0")[0]
        _events.append((event.type, event.sample, event.text_position, name.decode("utf-8", "replace")))
        index += 1
    return 0


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libespeak-ng.so.1")
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
    if rate != RATE_HZ:
        raise OSError(f"espeak-ng speaks at {rate} Hz, {RATE_HZ} expected")
    library.espeak_SetSynthCallback(_collect)
    return library


def speak(text: str, voice: str, manner: Manner = Manner()) -> Spoken:
    """Speak a text. Raise ValueError for a voice that is not installed."""
    library = _library()
    _chunks.clear()
    _events.clear()
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise ValueError(f"espeak-ng has no voice {voice!r}")
    settings = {_RATE: manner.words_per_minute, _VOLUME: 100, _PITCH: manner.pitch, _RANGE: manner.pitch_range}
    for parameter, value in settings.items():
        library.espeak_SetParameter(parameter, value, 0)
    data = text.encode("utf-8") + b"\0"
    library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    samples = np.concatenate(_chunks) if _chunks else np.zeros(0, np.int16)
    phones = tuple((sample, name) for kind, sample, _, name in _events if kind == _EVENT_PHONEME)
    return Spoken(samples, phones, _words())


def _words() -> tuple[tuple[int, tuple[str, ...]], ...]:
    words: list[tuple[int, list[str]]] = []
    for kind, _, position, name in _events:
        if kind == _EVENT_WORD:
            words.append((position - 1, []))
        elif kind == _EVENT_PHONEME and words:
            words[-1][1].append(name)
    return tuple((offset, tuple(names)) for offset, names in words)
