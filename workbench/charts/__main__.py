"""The process that draws for others, ``python -m workbench.charts``: its input is the socket it listens on."""

import socket

from workbench.charts.engine import serve

serve(socket.socket(fileno=0))
