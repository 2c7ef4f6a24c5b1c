"""Running a program that is not trusted: it has so much time, may write so much, ends with us."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import IO, Any

MOST_COMPLAINT = 64 << 10
PR_SET_PDEATHSIG = 1
"""Of Linux's prctl: the signal that a process gets when its parent ends."""


class TooMuchError(Exception):
    """A program wrote more than it may, and was stopped."""


def exchange(
    command: list[str], text: bytes, timeout: float, most: int
) -> tuple[int, bytes, bytes]:
    """Run a program on a text: its exit status, and what it wrote to standard output and error.

    However this ends, the program and whatever it started have ended too.

    Raises:
        OSError: it cannot be started.
        subprocess.TimeoutExpired: it took more seconds.
        TooMuchError: it wrote more bytes.
    """
    process = None
    try:
        with _interrupts_wait():
            process = _started(command)
        image, complaint = _exchanged(process, text, timeout, most)
    except BaseException:  # Ctrl-C above all
        if process is not None:
            _kill(process)
        raise
    return process.returncode, image, complaint


def _exchanged(
    process: subprocess.Popen[bytes], text: bytes, timeout: float, most: int
) -> tuple[bytes, bytes]:
    """What the program writes, to standard output and error, while it reads the text."""
    if os.name != "posix":  # where pipes cannot be waited for together
        image, complaint = process.communicate(text, None if timeout == inf else timeout)
        if len(image) > most:
            raise TooMuchError
        return image, complaint
    import selectors
    import time

    into, out, err = process.stdin, process.stdout, process.stderr
    assert into and out and err
    said: dict[IO[bytes], bytearray] = {out: bytearray(), err: bytearray()}
    deadline, rest = time.monotonic() + timeout, memoryview(text)
    os.set_blocking(into.fileno(), False)
    with selectors.DefaultSelector() as waiting:
        waiting.register(into, selectors.EVENT_WRITE)
        for source in said:
            waiting.register(source, selectors.EVENT_READ)
        while waiting.get_map():
            left = deadline - time.monotonic()
            if left <= 0.0:
                raise subprocess.TimeoutExpired(process.args, timeout)
            for key, _ in waiting.select(min(left, 3600.0)):
                pipe: Any = key.fileobj
                if pipe is into:
                    rest = _written(into.fileno(), rest)
                    if not rest:
                        waiting.unregister(into)
                        into.close()
                    continue
                piece = os.read(key.fd, 65536)
                if not piece:
                    waiting.unregister(pipe)
                    pipe.close()
                elif pipe is out or len(said[err]) < MOST_COMPLAINT:
                    said[pipe] += piece
                if len(said[out]) > most:
                    raise TooMuchError
    process.wait(max(deadline - time.monotonic(), 0.1))
    return bytes(said[out]), bytes(said[err])


def _written(pipe: int, text: memoryview) -> memoryview:
    """Write as much as the pipe takes; what is left to write, nothing if nobody reads."""
    try:
        return text[os.write(pipe, text[:65536]) :]
    except BlockingIOError:
        return text
    except BrokenPipeError:
        return text[:0]


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=os.name == "posix",
        preexec_fn=_ends_with_us(),  # noqa: PLW1509 (it makes system calls alone)
    )


def _ends_with_us() -> Callable[[], None] | None:
    """What the program does before it starts, so that it ends when this process does.

    Linux sends it SIGKILL then, whatever ended us. Elsewhere it may use the processor for an hour
    at most, and ends earlier where it reads or writes: its pipes are closed.
    """
    if os.name != "posix":
        return None
    if not sys.platform.startswith("linux"):
        import resource

        return lambda: resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600))
    import ctypes
    import signal

    parent, end = os.getpid(), int(signal.SIGKILL)
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def tell_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, end, 0, 0, 0)
        if os.getppid() != parent:  # it has ended meanwhile
            os.kill(os.getpid(), end)

    return tell_the_kernel


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """A block that Ctrl-C waits for, so that no program runs that nobody here knows of."""
    if os.name != "posix":
        yield
        return
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started, without waiting for any of them to answer."""
    if os.name == "posix":
        import signal
        from contextlib import suppress

        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()
    process.wait()
