"""The child process that recognises: vosk, one model for each language, one recogniser for each call and language.

    python -m gateway.speech.recogniser

Options: `{"models": {language: folder}, "sample_rate_hz": 8000, "max_audio_bytes": n}`. Requests:

    {"do": "listen", "key", "languages", "open", "scores", "last"} + PCM     one result for each language
    {"do": "close", "key"}                                                   frees a call's recognisers

A result is `{"final": [[word, start_ms, end_ms, confidence], ...] or null, "partial": text, "scores": [...]}`, by
language in the reply's body, milliseconds since the recogniser was opened. `last` has no audio, takes the final result
and frees the recognisers.

What is known to loop or abort inside vosk 0.3.45 is kept from it: rates, types and lengths are checked here, `Result()`
is taken whenever an utterance ends, a model is only ever named by its folder, and there are no run-time grammars.
"""

import json
from collections.abc import Mapping
from typing import Any

import vosk

from gateway.worker import child
from gateway.worker.frames import Frame

_RATES_HZ = (8000, 16000)
_LOG_WARNINGS = -1

Result = dict[str, Any]


class Recogniser:
    """Answers requests."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        if options["sample_rate_hz"] not in _RATES_HZ:
            raise ValueError(f"sample rate {options['sample_rate_hz']!r} is not one of {_RATES_HZ}")
        vosk.SetLogLevel(_LOG_WARNINGS)
        self._rate = float(options["sample_rate_hz"])
        self._max_bytes = int(options["max_audio_bytes"])
        self._models = {language: vosk.Model(model_path=str(path)) for language, path in options["models"].items()}
        self._open: dict[str, dict[str, Any]] = {}

    def __call__(self, request: Frame) -> Frame:
        """Work one request off; a call that fails is closed."""
        key = request.header["key"]
        try:
            match request.header["do"]:
                case "listen":
                    return self._listen(key, request)
                case "close":
                    self._open.pop(key, None)
                    return Frame({})
                case unknown:
                    raise ValueError(f"cannot {unknown!r}")
        except Exception:
            self._open.pop(key, None)
            raise

    def _listen(self, key: str, request: Frame) -> Frame:
        header = request.header
        pcm = checked(request.body, self._max_bytes)
        of_call = self._open.setdefault(key, {}) if header["open"] else self._open[key]
        of_call |= {language: self._recogniser(language) for language in header["open"]}
        for stopped in of_call.keys() - header["languages"]:
            del of_call[stopped]
        results = {language: hear(of_call[language], pcm, header) for language in header["languages"]}
        if header["last"]:
            del self._open[key]
        return Frame({}, json.dumps(results, ensure_ascii=False).encode())

    def _recogniser(self, language: str) -> Any:  # noqa: ANN401  vosk has no types
        recogniser = vosk.KaldiRecognizer(self._models[language], self._rate)
        recogniser.SetWords(True)
        return recogniser


def checked(pcm: bytes, max_bytes: int) -> bytes:
    """Return the samples if vosk can take them; raises ValueError."""
    if type(pcm) is not bytes or len(pcm) % 2 or len(pcm) > max_bytes:
        raise ValueError(f"{len(pcm)} octets of {type(pcm).__name__} are no audio")
    return pcm


def hear(recogniser: Any, pcm: bytes, how: Mapping[str, Any]) -> Result:  # noqa: ANN401  vosk has no types
    """Feed a recogniser and return what it makes of it."""
    if how["last"]:
        return _final(recogniser.FinalResult())
    if recogniser.AcceptWaveform(pcm) == 1:
        return _final(recogniser.Result())
    partial = json.loads(recogniser.PartialResult())["partial"]
    return {"final": None, "partial": partial, "scores": _scores(recogniser) if how["scores"] else []}


def _final(result: str) -> Result:
    """Return a final result's words as `[word, start_ms, end_ms, confidence]`; vosk tells seconds."""
    words = [
        [word["word"], round(word["start"] * 1000), round(word["end"] * 1000), word["conf"]]
        for word in json.loads(result).get("result", ())
    ]
    return {"final": words, "partial": "", "scores": []}


def _scores(recogniser: Any) -> list[float]:  # noqa: ANN401  vosk has no types
    """Return the confidences of the running words as far as their lattice is determinised: seconds behind the text."""
    recogniser.SetPartialWords(True)
    result = json.loads(recogniser.PartialResult())
    recogniser.SetPartialWords(False)
    return [word["conf"] for word in result.get("partial_result", ())]


if __name__ == "__main__":
    child.serve(Recogniser)
