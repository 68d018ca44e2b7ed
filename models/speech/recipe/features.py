"""MFCC features exactly as the decoder computes them (`conf/mfcc.conf`): 40 coefficients every 10 ms at 8 kHz."""

import kaldi_native_fbank
import numpy as np
from numpy.typing import NDArray

from models.speech.recipe.audio import RATE_HZ, Samples

DIMENSION = 40
MFCC_CONF = """--use-energy=false
--sample-frequency=8000
--num-mel-bins=40
--num-ceps=40
--low-freq=20
--high-freq=-200
--dither=0
"""


def _options() -> kaldi_native_fbank.MfccOptions:
    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.samp_freq = RATE_HZ
    options.frame_opts.dither = 0
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = DIMENSION
    options.mel_opts.low_freq = 20
    options.mel_opts.high_freq = -200
    options.num_ceps = DIMENSION
    options.use_energy = False
    return options


_OPTIONS = _options()


def mfcc(samples: Samples) -> NDArray[np.float16]:
    """Return [frames, 40]; samples are on the int16 scale."""
    extractor = kaldi_native_fbank.OnlineMfcc(_OPTIONS)
    extractor.accept_waveform(RATE_HZ, samples.tolist())
    extractor.input_finished()
    frames = [extractor.get_frame(i) for i in range(extractor.num_frames_ready)]
    return np.array(frames, np.float16).reshape(-1, DIMENSION)
