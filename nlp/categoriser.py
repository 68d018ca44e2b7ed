"""The trained second opinion: spaCy's `textcat` over words, pairs of words and stems as `nlp.normalise` folds them."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model, SparseLinear_v2, chain, softmax_activation
from thinc.types import Floats2d

Keys = npt.NDArray[np.uint64]
Features = tuple[Keys, npt.NDArray[np.float32], npt.NDArray[np.int32]]
"""Keys, values and how many of them each document has: what thinc's SparseLinear reads."""


def _keys(doc: Doc) -> Keys:
    """Hashes of the words, their stems and the pairs of neighbours; each once."""
    words = doc.to_array(["NORM"]).reshape(-1).astype(np.uint64)
    stems = doc.to_array(["PREFIX"]).reshape(-1)
    stems = stems.astype(np.uint64)
    pairs = words[:-1] * np.uint64(31) ^ words[1:]
    return np.unique(np.concatenate([words, stems, pairs]))


def _forward(
    model: Model[list[Doc], Features], docs: list[Doc], is_train: bool
) -> tuple[Features, Callable[[Features], list[Doc]]]:
    keys = [_keys(doc) for doc in docs]
    values = [np.full(len(key), 1.0 / max(1.0, np.sqrt(len(key))), dtype="f") for key in keys]
    lengths = np.asarray([len(key) for key in keys], dtype="i")
    return (np.concatenate(keys), np.concatenate(values), lengths), lambda _: []


@registry.architectures("intake101.WordsAndStems.v1")  # type: ignore[untyped-decorator]  # catalogue has no types
def words_and_stems(length: int, nO: int | None = None) -> Model[list[Doc], Floats2d]:  # noqa: N803  thinc's name
    """One probability a label, summing to one; `length` is the number of hashed weights a label, a power of two."""
    features: Model[list[Doc], Features] = Model("words_and_stems", _forward)
    linear = SparseLinear_v2(nO=nO, length=length)
    model: Model[list[Doc], Floats2d] = chain(features, linear, softmax_activation())
    if nO is not None:
        model.set_dim("nO", nO)
    model.set_ref("output_layer", linear)
    model.attrs["multi_label"] = False
    return model
