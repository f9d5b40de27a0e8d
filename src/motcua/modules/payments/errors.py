"""What payments refuse, each with a stable code and a sentence for people."""

from __future__ import annotations


class PaymentRefused(Exception):
    """An operation that may not be done now. `code` is stable ("payments.order.amount"); `message` says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"payments.{code}"
        self.message = message
