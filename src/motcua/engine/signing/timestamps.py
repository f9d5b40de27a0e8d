"""The time stamp service (RFC 3161): of the setting, else the development one, else none."""

from __future__ import annotations

import os
from functools import lru_cache

import httpx
from asn1crypto import tsp
from django.utils.translation import gettext as _
from pyhanko.sign.timestamps import TimeStamper

from motcua.engine.signing import development
from motcua.engine.signing.errors import SigningRefused

VARIABLE = "MOTCUA_TIMESTAMP_URL"
SECONDS = 10.0


class ServiceStamper(TimeStamper):
    """Asks a service over HTTP. Certificates of the service are kept for the next signature."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            async with httpx.AsyncClient(timeout=SECONDS) as client:
                answer = await client.post(self.url, content=req.dump(), headers=headers)
            answer.raise_for_status()
            response = tsp.TimeStampResp.load(answer.content)
            response["status"]["status"].native  # noqa: B018 -- parsed when asked
        except (httpx.HTTPError, ValueError, TypeError) as error:
            raise SigningRefused(
                "signing.timestamp.unreachable",
                _("Dịch vụ cấp dấu thời gian không trả lời hoặc trả lời sai; chưa ký gì. Hãy thử lại sau."),
            ) from error
        return response


def time_stamper() -> TimeStamper | None:
    """The service for the next signature; None where none is set outside a demonstration."""
    url = os.environ.get(VARIABLE, "").strip()
    if url:
        return _service(url)
    return development.time_stamper() if development.allowed() else None


@lru_cache(maxsize=4)
def _service(url: str) -> ServiceStamper:
    return ServiceStamper(url)
