"""The acoustic network: a time-delay network over 40 MFCCs, 10 ms in, 30 ms out, plus-minus 210 ms of context.

Seven layers of 256 units (1.1 million parameters). Layer 0 runs at 10 ms; layer 1 keeps every third frame; the
later layers' offsets are multiples of three, so that the decoder too computes every third frame only. The features are
padded by repeating the first and last frame, and convolutions are "valid": what the decoder's looped computation does.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

OFFSETS = ((-2, -1, 0, 1, 2), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-6, 0, 6), (-6, 0, 6), (0,))
"""Input offsets of each layer in 10 ms frames."""
STRIDED = 1
"""The layer from which on only every third frame is computed."""
CONTEXT = sum(-offsets[0] for offsets in OFFSETS)
SUBSAMPLING = 3
UNITS = 256


class Tdnn(nn.Module):  # type: ignore[misc,unused-ignore]  # torch is only present where models are trained
    """Features [batch, frames, 40] to pdf scores [batch, frames / 3, pdfs]."""

    def __init__(self, pdfs: int, inputs: int = 40, units: int = UNITS) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(inputs), requires_grad=False)
        self.scale = nn.Parameter(torch.ones(inputs), requires_grad=False)
        widths = [inputs] + [units] * len(OFFSETS)
        self.layers = nn.ModuleList(_convolution(i, widths[i], units) for i in range(len(OFFSETS)))
        self.norms = nn.ModuleList(nn.BatchNorm1d(units) for _ in OFFSETS)
        self.out = nn.Conv1d(units, pdfs, 1)
        self.drop = nn.Dropout(0.1)

    def forward(self, features: Tensor) -> Tensor:
        """Score padded features (see `pad`)."""
        x = ((features - self.mean) * self.scale).transpose(1, 2)
        for i, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            y = self.drop(functional.relu(norm(layer(x))))
            if i > STRIDED:  # residual: the middle of what went in
                margin = (x.shape[2] - y.shape[2]) // 2
                y = y + x[:, :, margin : x.shape[2] - margin]
            x = y
        scores: Tensor = self.out(x).transpose(1, 2)
        return scores


def _convolution(layer: int, inputs: int, units: int) -> nn.Conv1d:
    offsets = OFFSETS[layer]
    step = offsets[1] - offsets[0] if len(offsets) > 1 else 1
    dilation = step // SUBSAMPLING if layer > STRIDED and len(offsets) > 1 else step
    stride = SUBSAMPLING if layer == STRIDED else 1
    return nn.Conv1d(inputs, units, len(offsets), stride=stride, dilation=dilation)


def output_frames(features: int) -> int:
    """Return how many 30 ms frames the decoder computes for so many 10 ms frames."""
    return (features + SUBSAMPLING - 1) // SUBSAMPLING


def pad(features: NDArray[np.float16], frames: int) -> NDArray[np.float32]:
    """Repeat the first and last feature frame so that `frames` outputs come out."""
    need = 2 * CONTEXT + SUBSAMPLING * (frames - 1) + 1
    after = max(0, need - CONTEXT - len(features))
    return np.pad(features, ((CONTEXT, after), (0, 0)), mode="edge")[:need].astype(np.float32)
