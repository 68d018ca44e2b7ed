"""Write the model directory that vosk 0.3.45 opens (`am`, `conf`, `graph`)."""

from pathlib import Path

from models.speech.recipe import export, features, graph
from models.speech.recipe.acoustic import Acoustic
from models.speech.recipe.lexicon import Lexicon
from models.speech.recipe.lm import BackOff

MODEL_CONF = """--min-active=200
--max-active=3000
--beam=12.0
--lattice-beam=4.0
--acoustic-scale=0.8
--frame-subsampling-factor=3
--frames-per-chunk=12
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.6
--endpoint.rule3.min-trailing-silence=0.8
--endpoint.rule4.min-trailing-silence=1.2
"""


def write(out: Path, acoustic: Acoustic, lexicon: Lexicon, model: BackOff) -> list[str]:
    """Write all files below `out`; return their names relative to it."""
    table = graph.PhoneTable(acoustic.inventory)
    words = graph.word_list(lexicon)
    files = {
        "conf/mfcc.conf": features.MFCC_CONF.encode(),
        "conf/model.conf": MODEL_CONF.encode(),
        "am/final.mdl": export.acoustic_model(acoustic.net, range(1, table.count + 1), table.pdfs()),
        "graph/words.txt": "".join(f"{word} {number}\n" for number, word in enumerate(words)).encode(),
        "graph/phones.txt": "".join(f"{name} {number}\n" for number, name in enumerate(table.symbols())).encode(),
        "graph/phones/word_boundary.int": table.word_boundary().encode(),
    }
    for name, content in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    graph.write(graph.build(lexicon, model, table), out / "graph" / "HCLG.fst")
    return sorted([*files, "graph/HCLG.fst"])
