"""The acoustic stage: training speech in, trained network and phone inventory out."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models.speech.recipe import mmi, phones
from models.speech.recipe.fit import Example, Schedule, fit, normalise
from models.speech.recipe.language import Language
from models.speech.recipe.net import Tdnn, output_frames
from models.speech.recipe.speech import Heard, Shard

CROSS_ENTROPY = Schedule(epochs=7, rate=3e-3, seed=0)
MMI = Schedule(epochs=2, rate=1e-3, seed=3)


@dataclass(frozen=True)
class Acoustic:
    """What the graph and the model directory need."""

    net: Tdnn
    inventory: list[str]
    """Phones, SIL first; phone b owns pdfs 2b and 2b+1."""


def load(paths: Sequence[Path]) -> list[Heard]:
    """Read the training speech."""
    shards: list[Shard] = [pickle.loads(path.read_bytes()) for path in paths]
    return [heard for shard in shards for heard in shard.heard]


def examples(heard: Sequence[Heard], inventory: Sequence[str]) -> list[Example]:
    """Turn timed phones into targets; utterances too fast for one frame a phone are left out."""
    names = {name for item in heard for _, name in item.segments}
    index = {name: inventory.index(phones.nearest(name, inventory)) for name in names}
    made = []
    for item in heard:
        frames = output_frames(len(item.features))
        if len(item.segments) <= frames:
            made.append((item.features, phones.targets(item.segments, frames, index)))
    return made


def train(paths: Sequence[Path], language: Language, work: Path, say: Callable[[str], None]) -> Acoustic:
    """Train with cross-entropy, then with MMI from the scaled likelihoods of the first."""
    torch.set_num_threads(1)
    heard = load(paths)
    inventory = phones.inventory(item.segments for item in heard)
    data = examples(heard, inventory)
    say(f"{sum(item.samples for item in heard) / 8000 / 3600:.1f} hours, {len(inventory)} phones")
    del heard
    torch.manual_seed(language.seed)
    net = Tdnn(2 * len(inventory))
    normalise(net, data)
    fit(
        net,
        data,
        mmi.cross_entropy,
        CROSS_ENTROPY,
        work / "cross_entropy.pt",
        lambda line: say(f"cross-entropy {line}"),
    )
    with torch.no_grad():  # posteriors to scaled likelihoods: MMI models carry no priors
        counts = np.bincount(np.concatenate([targets for _, targets in data]), minlength=2 * len(inventory)) + 1
        net.out.bias -= torch.tensor(np.log(counts / counts.sum()), dtype=torch.float32)
    loss = mmi.LatticeFreeMmi([targets for _, targets in data], len(inventory))
    fit(net, data, loss, MMI, work / "mmi.pt", lambda line: say(f"MMI {line}"))
    return Acoustic(net, inventory)
