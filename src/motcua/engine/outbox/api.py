"""The door of the outbox: put a message, register who sends a lane, send, look, replay."""

from motcua.engine.outbox.errors import OutboxError
from motcua.engine.outbox.models import Message, State
from motcua.engine.outbox.operations import cancel_message, replay_lane, replay_message
from motcua.engine.outbox.putting import put, withdraw_lane
from motcua.engine.outbox.queries import backlog_size, messages_of
from motcua.engine.outbox.senders import (
    Outgoing,
    Permanent,
    Postponed,
    Sender,
    Sent,
    Temporary,
    register_sender,
    sender_of,
)
from motcua.engine.outbox.sending import send_all, send_due, send_lane

__all__ = [
    "Message",
    "OutboxError",
    "Outgoing",
    "Permanent",
    "Postponed",
    "Sender",
    "Sent",
    "State",
    "Temporary",
    "backlog_size",
    "cancel_message",
    "messages_of",
    "put",
    "register_sender",
    "replay_lane",
    "replay_message",
    "send_all",
    "send_due",
    "send_lane",
    "sender_of",
    "withdraw_lane",
]
