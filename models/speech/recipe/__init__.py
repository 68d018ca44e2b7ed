"""Recipe for the project's own small speech models: synthetic speech in, a vosk model directory out.

Stages, in the order of `train.py`: text (`text/`), speech (`espeak`, `augment`), lexicon, features, network (`net`,
`mmi`), graph (`lm`, `graph`), model directory (`kaldi_io`, `export`), scores (`evaluate`), manifest and model card.
"""
