"""Train the network: AdamW, one-cycle learning rate, bf16 on one thread, batches of utterances of like length.

A checkpoint after every epoch makes a stage resumable: an interrupted run starts again at its last whole epoch.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.speech.recipe.mmi import IGNORED
from models.speech.recipe.net import Tdnn, pad

Example = tuple[NDArray[np.float16], NDArray[np.int64]]
"""(features [10 ms frames, 40], targets [30 ms frames])."""
Loss = Callable[[Tensor, Tensor], Tensor]
_BATCH_FRAMES = 3000


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to learn."""

    epochs: int
    rate: float
    seed: int


def batches(examples: Sequence[Example]) -> list[list[int]]:
    """Group utterances of like length into batches of about 3,000 output frames."""
    groups: list[list[int]] = [[]]
    for index in sorted(range(len(examples)), key=lambda i: len(examples[i][1])):
        if len(groups[-1]) * len(examples[index][1]) >= _BATCH_FRAMES:
            groups.append([])
        groups[-1].append(index)
    return groups


def collate(examples: Sequence[Example], chosen: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Return padded features [batch, frames, 40] and targets [batch, output frames]."""
    frames = max(len(examples[i][1]) for i in chosen)
    features = np.stack([pad(examples[i][0], frames) for i in chosen])
    targets = np.full((len(chosen), frames), IGNORED)
    for row, i in enumerate(chosen):
        targets[row, : len(examples[i][1])] = examples[i][1]
    return torch.tensor(features), torch.tensor(targets)


def normalise(net: Tdnn, examples: Sequence[Example]) -> None:
    """Set the network's feature mean and scale from a sample of the data."""
    sample = np.concatenate([features[::7] for features, _ in examples[:: max(1, len(examples) // 400)]])
    net.mean.data = torch.tensor(sample.astype(np.float32).mean(0))
    net.scale.data = torch.tensor(1 / (sample.astype(np.float32).std(0) + 1e-3))


def fit(
    net: Tdnn, examples: Sequence[Example], loss: Loss, schedule: Schedule, checkpoint: Path, say: Callable[[str], None]
) -> None:
    """Train in place. The checkpoint of a finished run is left, and a second call with it returns at once."""
    torch.manual_seed(schedule.seed)
    groups = batches(examples)
    optimiser = torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], schedule.rate, weight_decay=1e-3)
    steps = schedule.epochs * len(groups) + 1
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, schedule.rate, total_steps=steps, pct_start=0.15)
    state = {"net": net, "optimiser": optimiser, "cycle": cycle}
    for epoch in range(_resume(state, checkpoint), schedule.epochs):
        random.Random(schedule.seed + epoch).shuffle(groups)
        say(f"epoch {epoch + 1} of {schedule.epochs}: {_epoch(net, examples, groups, loss, optimiser, cycle)}")
        torch.save({"epoch": epoch + 1, **{name: part.state_dict() for name, part in state.items()}}, checkpoint)
    net.eval()


def _resume(state: dict, checkpoint: Path) -> int:  # type: ignore[type-arg]  # parts share only state_dict
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, weights_only=False)
    for name, part in state.items():
        part.load_state_dict(saved[name])
    return int(saved["epoch"])


def _epoch(
    net: Tdnn,
    examples: Sequence[Example],
    groups: list[list[int]],
    loss: Loss,
    optimiser: torch.optim.Optimizer,
    cycle: torch.optim.lr_scheduler.LRScheduler,
) -> str:
    net.train()
    total, right, frames = 0.0, 0, 0
    for chosen in groups:
        features, targets = collate(examples, chosen)
        with torch.autocast("cpu", torch.bfloat16):
            scores = net(features)
        scores = scores.float()
        cost = loss(scores, targets)
        optimiser.zero_grad()
        cost.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimiser.step()
        cycle.step()
        valid = targets >= 0
        count = int(valid.sum())
        total, frames = total + cost.item() * count, frames + count
        right += int(((scores.argmax(-1) == targets) & valid).sum())
    return f"loss {total / frames:.3f}, frames right {100 * right / frames:.1f} %"
