"""Kaldi's binary formats, as vosk 0.3.45 reads them; every function returns bytes.

Read off kaldi-asr/kaldi (`base/io-funcs`, `hmm/hmm-topology.cc`, `hmm/transition-model.cc`, `nnet3/nnet-nnet.cc`,
`nnet3/am-nnet-simple.cc`). A file is `MARK` and then the parts. Integers and floats carry a size byte; the length of an
integer vector does not.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

MARK = b"\0B"
_HALF = 0.5


def token(name: str) -> bytes:
    """Return a token and the one space after it."""
    return name.encode("ascii") + b" "


def integer(value: int) -> bytes:
    """Return a 32-bit integer."""
    return b"\x04" + struct.pack("<i", value)


def single(value: float) -> bytes:
    """Return a 32-bit float."""
    return b"\x04" + struct.pack("<f", value)


def double(value: float) -> bytes:
    """Return a 64-bit float."""
    return b"\x08" + struct.pack("<d", value)


def integers(values: Sequence[int]) -> bytes:
    """Return a vector of 32-bit integers."""
    return b"\x04" + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes()


def vector(values: ArrayLike) -> bytes:
    """Return a vector of 32-bit floats."""
    array = np.asarray(values, "<f4").ravel()
    return token("FV") + integer(len(array)) + array.tobytes()


def matrix(values: ArrayLike) -> bytes:
    """Return a matrix of 32-bit floats, row by row."""
    array = np.ascontiguousarray(values, "<f4")
    return token("FM") + integer(array.shape[0]) + integer(array.shape[1]) + array.tobytes()


def transition_model(phones: Sequence[int], pdfs: Sequence[tuple[int, int]]) -> bytes:
    """Return the chain topology: one state a phone, `pdfs[k]` = (first frame, further frames) of `phones[k]`.

    Phone ids ascend from 1. Transition-id 2k+1 is the self-loop of the k-th phone, 2k+2 its exit.
    """
    tuples = b"".join(
        integer(phone) + integer(0) + integer(first) + integer(further)
        for phone, (first, further) in zip(phones, pdfs, strict=True)
    )
    return b"".join([
        token("<TransitionModel>"), _topology(phones),
        token("<Tuples>"), integer(len(phones)), tuples, token("</Tuples>"),
        token("<LogProbs>"), vector([0.0] + [np.log(_HALF)] * (2 * len(phones))), token("</LogProbs>"),
        token("</TransitionModel>"),
    ])  # fmt: skip


def _topology(phones: Sequence[int]) -> bytes:
    entry_of_phone = [-1] * (max(phones) + 1)
    for phone in phones:
        entry_of_phone[phone] = 0
    emitting = integer(0) + integer(1) + integer(2) + integer(0) + single(_HALF) + integer(1) + single(_HALF)
    final = integer(-1) + integer(-1) + integer(0)
    separate_loop_pdf, entries, states = integer(-1), integer(1), integer(2)
    return b"".join([
        token("<Topology>"), integers(phones), integers(entry_of_phone),
        separate_loop_pdf, entries, states, emitting, final, token("</Topology>"),
    ])  # fmt: skip


def affine(weights: ArrayLike, bias: ArrayLike) -> bytes:
    """Return an affine component; weights [outputs, inputs]."""
    return b"".join([
        token("<AffineComponent>"), token("<LearningRate>"), single(0.001),
        token("<LinearParams>"), matrix(weights), token("<BiasParams>"), vector(bias), token("</AffineComponent>"),
    ])  # fmt: skip


def relu(units: int) -> bytes:
    """Return a rectifier with empty statistics."""
    empty, none = vector([]), double(0.0)
    return b"".join([
        token("<RectifiedLinearComponent>"), token("<Dim>"), integer(units),
        token("<ValueAvg>"), empty, token("<DerivAvg>"), empty, token("<Count>"), none,
        token("<OderivRms>"), empty, token("<OderivCount>"), none,
        token("<NumDimsSelfRepaired>"), none, token("<NumDimsProcessed>"), none, token("</RectifiedLinearComponent>"),
    ])  # fmt: skip


def no_op(units: int) -> bytes:
    """Return the component that carries a residual sum."""
    scale = token("<BackpropScale>") + single(1.0)
    return token("<NoOpComponent>") + token("<Dim>") + integer(units) + scale + token("</NoOpComponent>")


def network(config: Sequence[str], components: Sequence[tuple[str, bytes]], context: int) -> bytes:
    """Return nnet3 and its frame of an acoustic model without priors; `context` is the same on both sides."""
    named = b"".join(token("<ComponentName>") + token(name) + body for name, body in components)
    return b"".join([
        token("<Nnet3>"), b"\n", "\n".join(config).encode("ascii"), b"\n\n",
        token("<NumComponents>"), integer(len(components)), named, token("</Nnet3>"),
        token("<LeftContext>"), integer(context), token("<RightContext>"), integer(context),
        token("<Priors>"), vector([]),
    ])  # fmt: skip
