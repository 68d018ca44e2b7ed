"""Losses: cross-entropy on the known alignment, and lattice-free MMI against a phone bigram.

Povey et al., "Purely sequence-trained neural networks for ASR based on lattice-free MMI", Interspeech 2016. Here the
numerator is the one known alignment, and the denominator a dense bigram over phones: small enough to sum exactly.
"""

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

IGNORED = -100
"""Target of the frames beyond the end of an utterance."""


def cross_entropy(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the mean over frames; scores [batch, frames, pdfs], targets [batch, frames]."""
    return functional.cross_entropy(scores.reshape(-1, scores.shape[2]), targets.reshape(-1), ignore_index=IGNORED)


class LatticeFreeMmi:
    """The MMI loss a frame, with a little cross-entropy and a penalty on large scores."""

    def __init__(self, alignments: Iterable[NDArray[np.int64]], phones: int) -> None:
        first, following = np.full(phones, 0.5), np.full((phones, phones), 0.5)
        for alignment in alignments:
            sequence = alignment[alignment % 2 == 0] // 2
            first[sequence[0]] += 1
            np.add.at(following, (sequence[:-1], sequence[1:]), 1)
        self.first = torch.tensor(np.log(first / first.sum()), dtype=torch.float32)
        self.following = torch.tensor(following / following.sum(1, keepdims=True), dtype=torch.float32)

    def __call__(self, scores: Tensor, targets: Tensor) -> Tensor:
        """Return the loss; shapes as in `cross_entropy`."""
        valid = targets >= 0
        frames = valid.sum()
        mmi = (self.denominator(scores, valid) - self.numerator(scores, targets.clamp(min=0), valid)).sum() / frames
        size = (scores.square().mean(2) * valid).sum() / frames
        return mmi + 0.1 * cross_entropy(scores, targets) + 5e-4 * size

    def numerator(self, scores: Tensor, targets: Tensor, valid: Tensor) -> Tensor:
        """Return the score of the known alignment, [batch]."""
        acoustic = (scores.gather(2, targets[:, :, None])[:, :, 0] * valid).sum(1)
        phones = targets // 2
        entered = (targets % 2 == 0) & valid
        bigrams = self.following.log()[phones[:, :-1], phones[:, 1:]] * entered[:, 1:]
        return acoustic + self.first[phones[:, 0]] + bigrams.sum(1)

    def denominator(self, scores: Tensor, valid: Tensor) -> Tensor:
        """Return the log-sum over all phone sequences (forward algorithm), [batch]."""
        batch, frames, pdfs = scores.shape
        entering, staying = scores.reshape(batch, frames, pdfs // 2, 2).unbind(3)
        total = entering[:, 0] + self.first
        sums = [total]
        for frame in range(1, frames):
            peak = total.max(1, keepdim=True)[0]
            arriving = torch.log(torch.exp(total - peak) @ self.following + 1e-20) + peak
            total = torch.logaddexp(arriving + entering[:, frame], total + staying[:, frame])
            sums.append(total)
        return torch.logsumexp(torch.stack(sums, 1)[torch.arange(batch), valid.sum(1) - 1], 1)
