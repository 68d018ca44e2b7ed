"""Turn the trained network into `am/final.mdl`: normalisation and batch norm folded into plain affine layers."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from models.speech.recipe import kaldi_io
from models.speech.recipe.net import CONTEXT, OFFSETS, STRIDED, Tdnn

Array = NDArray[np.float32]


def folded(net: Tdnn, layer: int) -> tuple[Array, Array]:
    """Return (weights [units, offsets x inputs] in offset-major order, bias) of one layer with its norm."""
    convolution, norm = net.layers[layer], net.norms[layer]
    with torch.no_grad():
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weight = convolution.weight * gain[:, None, None]
        bias = (convolution.bias - norm.running_mean) * gain + norm.bias
        if layer == 0:
            bias = bias - (weight * (net.mean * net.scale)[None, :, None]).sum((1, 2))
            weight = weight * net.scale[None, :, None]
        return weight.permute(0, 2, 1).reshape(weight.shape[0], -1).numpy(), bias.numpy()


def _spliced(source: str, offsets: Sequence[int]) -> str:
    parts = [source if offset == 0 else f"Offset({source}, {offset})" for offset in offsets]
    return parts[0] if len(parts) == 1 else f"Append({', '.join(parts)})"


def _node(name: str, source: str) -> str:
    return f"component-node name={name} component={name} input={source}"


def acoustic_model(net: Tdnn, phones: Sequence[int], pdfs: Sequence[tuple[int, int]]) -> bytes:
    """Return the bytes of `am/final.mdl`; the network's outputs are scaled likelihoods (no softmax, no priors)."""
    config, components, source = [f"input-node name=input dim={net.mean.numel()}"], [], "input"
    for layer, offsets in enumerate(OFFSETS):
        weights, bias = folded(net, layer)
        units, name = len(bias), f"tdnn{layer}"
        config += [_node(f"{name}.affine", _spliced(source, offsets)), _node(f"{name}.relu", f"{name}.affine")]
        components += [(f"{name}.affine", kaldi_io.affine(weights, bias)), (f"{name}.relu", kaldi_io.relu(units))]
        if layer > STRIDED:
            config.append(_node(f"{name}.sum", f"Sum({name}.relu, {source})"))
            components.append((f"{name}.sum", kaldi_io.no_op(units)))
        source = f"{name}.sum" if layer > STRIDED else f"{name}.relu"
    out = kaldi_io.affine(net.out.weight.detach()[:, :, 0].numpy(), net.out.bias.detach().numpy())
    components.append(("output.affine", out))
    config += [_node("output.affine", source), "output-node name=output input=output.affine objective=linear"]
    transitions = kaldi_io.transition_model(phones, pdfs)
    return kaldi_io.MARK + transitions + kaldi_io.network(config, components, CONTEXT)
