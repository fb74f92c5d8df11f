"""How a review ended, told to people by e-mail, Teams, Slack and the like; only for whoever asks for it."""

from workbench.notify.addresses import Address, Addresses, addresses
from workbench.notify.ending import Ending, telling
from workbench.notify.message import Message, failed, made, trial
from workbench.notify.sending import Sent, send

__all__ = [
    "Address",
    "Addresses",
    "Ending",
    "Message",
    "Sent",
    "addresses",
    "failed",
    "made",
    "send",
    "telling",
    "trial",
]
