from __future__ import annotations


class SubmissionRefused(ValueError):
    """`code` reads submissions.subject.reason and is stable; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"submissions.{code}"
        self.message = message
