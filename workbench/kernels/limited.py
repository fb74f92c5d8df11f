"""``python -m workbench.kernels.limited MEMORY SECONDS MODULE ...`` runs a module within limits."""

import runpy
import sys

from workbench.kernels.limits import Limits

if __name__ == "__main__":
    memory, seconds, module, *arguments = sys.argv[1:]
    Limits(int(memory), int(seconds)).keep()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
