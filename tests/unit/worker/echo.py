"""A child for tests: does what its requests say."""

import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

from gateway.worker import child
from gateway.worker.frames import Frame


def make(options: Mapping[str, Any]) -> child.Handler:
    if options.get("fault"):
        raise ValueError(options["fault"])
    return answer


def answer(request: Frame) -> Frame:
    match request.header["do"]:
        case "echo":
            os.write(1, b"noise of a library")
            return request
        case "fail":
            raise ValueError("secret words")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "about":
            return Frame({"nice": os.nice(0), "threads": os.environ["OMP_NUM_THREADS"], "pid": os.getpid()})
        case "chatter":
            sys.stderr.write("line\n" * 5000)
    return Frame({})


if __name__ == "__main__":
    child.serve(make)
