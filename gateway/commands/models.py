"""`intake101 models`: lists, checks and trains speech and language models."""

import argparse
import asyncio
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from gateway import adapters
from gateway.commands.output import progress, result
from gateway.errors import ConfigError
from gateway.settings import Settings, share
from gateway.speech import models as speech_models

LANGUAGES = ("nl", "fr")
RECIPES = {"speech": "models.speech.recipe.train", "language": "models.language.recipe.train"}
NEEDS = {"speech": ("torch", "pynini", "kaldi_native_fbank"), "language": ("spacy",)}
PROGRAMS = {"speech": ("espeak-ng", "fstconvert"), "language": ()}
"""What each recipe needs besides the gateway: packages of the extra `train`, and programs of Debian's."""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the actions and flags."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|check|train")
    actions.add_parser("list", help="what there is, with its scores")
    actions.add_parser(
        "check", help="compare every file with its checksum and try each speech model in a child process"
    )
    train = actions.add_parser("train", help="make a model anew by the project's recipe (needs the extra `train`)")
    train.add_argument("language", choices=LANGUAGES)
    train.add_argument("--kind", choices=tuple(RECIPES), default="speech")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Do the action."""
    return {"list": _list, "check": _check, "train": _train}[args.action](args, settings)


def _folders(settings: Settings) -> list[tuple[str, Path]]:
    kinds = {"speech": settings.speech.models, "language": settings.language.models}
    return [(kind, f) for kind, root in kinds.items() for f in sorted(settings.path(root).glob("*/manifest.json"))]


def _list(args: argparse.Namespace, settings: Settings) -> int:
    del args
    for kind, manifest in _folders(settings):
        row = json.loads(manifest.read_text(encoding="utf-8"))
        result({"model": kind, **{key: row.get(key) for key in ("language", "name", "kind", "licence", "scores")}})
    return 0


def _check(args: argparse.Namespace, settings: Settings) -> int:
    del args
    faults = 0
    production = settings.site.profile == "production"
    for language, folder in adapters.model_folders(settings).items():
        try:
            asyncio.run(speech_models.check(folder, language, production=production))
            result({"model": "speech", "language": language, "ok": True, "fault": None})
        except ConfigError as error:
            faults += 1
            result({"model": "speech", "language": language, "ok": False, "fault": str(error)})
    return 1 if faults else 0


def _train(args: argparse.Namespace, settings: Settings) -> int:
    del settings
    if not (share() / "models" / "speech" / "recipe").is_dir():
        raise ConfigError("the recipes are not in this installation; train from a checkout of the project")
    lacking = [name for name in NEEDS[args.kind] if find_spec(name) is None]
    lacking += [name for name in PROGRAMS[args.kind] if which(name) is None]
    if lacking:
        raise ConfigError(
            f"training lacks {', '.join(lacking)}; docs/speech-models.md says how to install what it needs"
        )
    progress(f"making the {args.kind} model for {args.language}; it can be stopped and goes on where it was")
    command = [sys.executable, "-m", RECIPES[args.kind], args.language]
    return subprocess.run(command, cwd=share(), check=False).returncode  # noqa: S603 - our own module
