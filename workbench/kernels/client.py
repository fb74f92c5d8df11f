"""A client that begins as soon as the kernel has answered."""

import time
from contextlib import suppress
from queue import Empty

from jupyter_client import AsyncKernelClient

START = 60.0


class KernelClient(AsyncKernelClient):
    """A client that begins as soon as the kernel has answered, without waiting for silence after it."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for an answer on both channels.

        Raises
        ------
        RuntimeError
            When the kernel dies first, or is not ready in time.
        """
        latest = time.monotonic() + (timeout or START)
        while time.monotonic() < latest:
            self.kernel_info()
            with suppress(Empty):
                reply = await self.shell_channel.get_msg(timeout=1)
                if reply["msg_type"] == "kernel_info_reply":
                    await self.iopub_channel.get_msg(timeout=0.2)
                    return
            if not await self.is_alive():
                raise RuntimeError("it died before it was ready")
        raise RuntimeError(f"it was not ready after {timeout or START:g} seconds")
