"""The engine that draws: in this process, or in one that a worker of the batch keeps warm for its kernels.

An engine that has drawn before draws in half the time. Whoever is not answered by the other process draws for itself,
to the same bytes.
"""

import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Client, Connection
from pathlib import Path

DRAWER = "WORKBENCH_DRAWER"  # address of the process that draws
PATIENCE = 60.0  # seconds until somebody draws for themselves
_FONTS = Path(__file__).with_name("fonts") / "fonts.conf"
_FONTS_NAMED = "FONTCONFIG_FILE"
_FONTS_OF_THE_MACHINE = ("/usr/share/fonts", "/usr/local/share/fonts")
_NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


def svg_of(spec: dict) -> str:
    """The picture of a Vega-Lite specification; nothing is loaded from elsewhere.

    Raises
    ------
    ValueError
        When it cannot be drawn.
    """
    return (_asked("svg", spec) or _svg(spec)).decode()


def pdf_of(svg: str) -> bytes:
    """A picture as a PDF of one page."""
    return _asked("pdf", svg) or _pdf(svg)


def serve(listener: socket.socket) -> None:
    """Draw for those who connect, one picture each, until this process is ended."""
    while True:
        with Connection(listener.accept()[0].detach()) as line, suppress(OSError, EOFError):
            line.send_bytes(_drawn(line.recv_bytes()))


def _asked(kind: str, what) -> bytes:
    """What the process that draws answers; empty where there is none, and when it cannot."""
    if DRAWER not in os.environ:
        return b""
    with suppress(OSError, EOFError), Client(os.environ[DRAWER], "AF_UNIX") as line:
        line.send_bytes(json.dumps([kind, what]).encode())
        if line.poll(PATIENCE):
            return line.recv_bytes()
    del os.environ[DRAWER]
    return b""


def _drawn(asked: bytes) -> bytes:
    """Empty for what cannot be drawn: whoever asked learns why by drawing it."""
    kind, what = json.loads(asked)
    with suppress(ValueError):
        return _KINDS[kind](what)
    return b""


def _svg(spec: dict) -> bytes:
    return _engine().vegalite_to_svg(spec, allowed_base_urls=[]).encode()


def _pdf(svg: str) -> bytes:
    return _engine().svg_to_pdf(svg)


_KINDS: dict[str, Callable[..., bytes]] = {"svg": _svg, "pdf": _pdf}


@cache
def _engine():
    """The converter, with the fonts it brings along before those of the machine.

    Its own it holds in memory; one of the machine it would open anew each time it measures a word.
    """
    import vl_convert

    before = os.environ.get(_FONTS_NAMED)
    os.environ[_FONTS_NAMED] = str(_FONTS)
    try:
        for folder in filter(os.path.isdir, _FONTS_OF_THE_MACHINE):
            vl_convert.register_font_directory(folder)
        # It looks for fonts once, at its first drawing; a browser started later is to find the machine's.
        vl_convert.svg_to_png(_NOTHING)
    finally:
        os.environ.pop(_FONTS_NAMED)
        if before is not None:
            os.environ[_FONTS_NAMED] = before
    return vl_convert
