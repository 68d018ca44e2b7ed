import os

import pytest

from models.speech.recipe import shards


def test_a_piece_that_dies_is_tried_again_in_a_new_process(tmp_path):
    def work(piece, attempt):
        if attempt < 2:
            os._exit(9)
        (tmp_path / piece).write_text(f"{attempt} {os.getpid() != parent}")

    parent = os.getpid()
    shards.run(work, ["a", "b"])
    assert [(tmp_path / piece).read_text() for piece in "ab"] == ["2 True", "2 True"]


def test_a_piece_that_always_fails_is_an_error(capfd):
    def work(piece, attempt):
        raise ValueError(piece)

    with pytest.raises(RuntimeError, match="failed 5 times: 'a'"):
        shards.run(work, ["a"])
    assert capfd.readouterr().err.count("ValueError: a") == 5
