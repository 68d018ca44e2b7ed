"""A profile for baresip: plays a WAV to whom it calls and keeps what it hears."""

from pathlib import Path

CONFIG = """\
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module_app account.so
module_app menu.so
sip_listen 127.0.0.1:0
audio_source aufile,{wav}
audio_player aufile,{folder}/heard.wav
ausrc_srate 8000
auplay_srate 8000
audio_channels 1
rtp_ports 43000-43999
"""


def profile(folder: Path, wav: Path, caller: str) -> Path:
    """Write a profile that calls as `caller`; return its folder, for `baresip -f`."""
    folder.mkdir(exist_ok=True)
    (folder / "config").write_text(CONFIG.format(wav=wav, folder=folder))
    (folder / "accounts").write_text(f"<sip:{caller}@127.0.0.1>;regint=0;audio_codecs=pcma,pcmu\n")
    (folder / "contacts").write_text("")
    return folder
