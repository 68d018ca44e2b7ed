# ruff: noqa: N802  vosk's own names
"""Stands in for vosk in child processes of tests, so that words, deaths and hangs can be put into the audio.

A stretch of 100 ms whose samples all have the value n is the word `wn`: sure in Dutch when n is even, in French when it
is odd. Half a second of zeros ends an utterance. ABORT and STOP kill and stop the process, FAIL raises as vosk does,
NONSENSE is a word without confidence.
"""

import json
import os
import signal
from pathlib import Path

import numpy as np

WORD = 800
ABORT, STOP, FAIL, NONSENSE = 31001, 31002, 31003, 31004
OF = {"nl": 0, "fr": 1}


class Model:
    def __init__(self, model_path):
        if not Path(model_path).is_dir():
            raise Exception("Failed to create a model")
        self.parity = OF[Path(model_path).name]


class KaldiRecognizer:
    def __init__(self, model, rate):
        assert rate == 8000
        self.model, self.rest, self.at = model, b"", 0
        self.words, self.quiet, self.sent = [], 0, False

    def SetWords(self, on):
        assert on

    def SetPartialWords(self, on):
        self.scores = on

    def AcceptWaveform(self, data):
        assert type(data) is bytes
        assert len(data) % 2 == 0
        self.rest += data
        ended = 0
        while len(self.rest) >= 2 * WORD:
            piece, self.rest = np.frombuffer(self.rest[: 2 * WORD], "<i2"), self.rest[2 * WORD :]
            self._hear(piece)
            self.at += WORD
            ended = ended or int(self.quiet >= 5 and bool(self.words))
        return ended

    def _hear(self, piece):
        value = int(np.median(piece))
        if value == ABORT:
            os.abort()
        if value == STOP:
            os.kill(os.getpid(), signal.SIGSTOP)
        if value == FAIL:
            raise Exception("Failed to process waveform")
        self.quiet = 0 if value else self.quiet + 1
        if value:
            conf = None if value == NONSENSE else 0.95 if value % 2 == self.model.parity else 0.4
            start = self.at / 8000
            self.words.append({"word": f"w{value}", "start": start, "end": start + 0.1, "conf": conf})

    def PartialResult(self):
        text = " ".join(w["word"] for w in self.words)
        known = {"partial_result": self.words[:-1]} if getattr(self, "scores", False) else {}
        return json.dumps({"partial": text, **known})

    def Result(self):
        words, self.words, self.quiet = self.words, [], 0
        text = " ".join(w["word"] for w in words)
        return json.dumps({"text": text, "result": words} if words else {"text": ""})

    FinalResult = Result


def SetLogLevel(level):
    pass
