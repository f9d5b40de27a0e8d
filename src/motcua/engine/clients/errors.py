from __future__ import annotations


class ClientsError(Exception):
    """A refusal of this room's operations. `code` is stable; `message` is a Vietnamese sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ApiError(Exception):
    """What an API call answers instead of its result: {code, message, where} with an HTTP status.

    `where` points into the request ("body.papers.0.code", "header.Idempotency-Key"); `retry_after` in seconds.
    """

    def __init__(
        self, status: int, code: str, message: str, *, where: str = "", retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.where = where
        self.retry_after = retry_after
