"""Waiting for one key at a terminal, on every system.

Vocabulary: a key is the text that it sends, "" at the end of the input.
"""

from __future__ import annotations

import sys


def pressed() -> str:
    """The next key, without waiting for Return; the terminal is left as it was found."""
    try:
        import termios
        import tty
    except ModuleNotFoundError:
        return _on_windows()
    place = sys.stdin.fileno()
    before = termios.tcgetattr(place)
    try:
        tty.setcbreak(place, termios.TCSANOW)  # a key pressed a moment ago still counts
        import os

        sent = os.read(place, 32)  # an arrow key sends several characters at once
        return sent.decode("utf-8", "replace")
    finally:
        termios.tcsetattr(place, termios.TCSADRAIN, before)


def _on_windows() -> str:
    from importlib import import_module

    key = str(import_module("msvcrt").getwch())
    return key + str(import_module("msvcrt").getwch()) if key in {"\x00", "\xe0"} else key
