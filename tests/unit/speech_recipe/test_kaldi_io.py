import struct

import pytest

from models.speech.recipe import kaldi_io


def test_primitives_are_kaldis_bytes():
    assert kaldi_io.token("<Dim>") == b"<Dim> "
    assert kaldi_io.integer(-1) == b"\x04\xff\xff\xff\xff"
    assert kaldi_io.single(0.5) == b"\x04\x00\x00\x00\x3f"
    assert kaldi_io.double(0.5) == b"\x08" + struct.pack("<d", 0.5)


def test_the_length_of_an_integer_vector_has_no_size_byte():
    assert kaldi_io.integers([1, 2]) == b"\x04" + struct.pack("<iii", 2, 1, 2)


def test_vectors_and_matrices_say_their_size():
    assert kaldi_io.vector([1.0]) == b"FV " + kaldi_io.integer(1) + struct.pack("<f", 1)
    expected = b"FM " + kaldi_io.integer(2) + kaldi_io.integer(1) + struct.pack("<ff", 3, 4)
    assert kaldi_io.matrix([[3.0], [4.0]]) == expected


def test_transition_model_shares_one_topology_entry():
    data = kaldi_io.transition_model([1, 2], [(0, 1), (2, 3)])
    assert data.startswith(b"<TransitionModel> <Topology> " + kaldi_io.integers([1, 2]) + kaldi_io.integers([-1, 0, 0]))
    tuples = b"".join(kaldi_io.integer(n) for n in (2, 1, 0, 0, 1, 2, 0, 2, 3))
    assert b"<Tuples> " + tuples + b"</Tuples> " in data
    assert data.count(struct.pack("<f", -0.6931472)) == 4
    assert data.endswith(b"</LogProbs> </TransitionModel> ")


def test_every_phone_needs_its_pdfs():
    with pytest.raises(ValueError, match="shorter"):
        kaldi_io.transition_model([1, 2], [(0, 1)])


def test_network_lists_its_components_after_the_blank_line():
    data = kaldi_io.network(["input-node name=input dim=2"], [("a", kaldi_io.affine([[1, 2]], [0]))], 21)
    head = b"<Nnet3> \ninput-node name=input dim=2\n\n<NumComponents> " + kaldi_io.integer(1)
    assert data.startswith(head + b"<ComponentName> a <AffineComponent> ")
    assert data.endswith(b"<RightContext> " + kaldi_io.integer(21) + b"<Priors> FV " + kaldi_io.integer(0))
