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
            asked = self.kernel_info()
            with suppress(Empty):
                await _answer_to(asked, self.shell_channel, timeout=1)
                await _answer_to(asked, self.iopub_channel, timeout=0.2)
                return
            if not await self.is_alive():
                raise RuntimeError("it died before it was ready")
        raise RuntimeError(f"it was not ready after {timeout or START:g} seconds")


async def _answer_to(asked: str, channel, timeout: float) -> None:
    """Read until the answer: after a restart there may still be some of the kernel before, heard on its own line."""
    while (await channel.get_msg(timeout=timeout))["parent_header"].get("msg_id") != asked:
        continue
