"""Addresses that a webhook may lead to: the other agency's server, never what stands inside our own walls."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from motcua.engine.clients.errors import ClientsError

NETWORKS = "MOTCUA_WEBHOOK_NETWORKS"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """The name leads, now, to an address that webhooks may not reach."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect (an address already resolved), and under which name."""

    url: str
    host: str
    authority: str
    address: str


def check_url(text: str) -> str:
    """The address as it is kept. Raises ClientsError clients.url."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refusal() from error
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= 500
    if not plain or not parts.hostname or parts.username or parts.password or parts.fragment or port == 0:
        raise _refusal()
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_local_demo(parts)):
        raise _refusal()
    literal = _literal(parts.hostname)
    if literal is not None and not allowed(literal):
        raise _refusal()
    return url


def resolve(url: str) -> Target:
    """Looks the name up once, and answers one address of it that may be reached.

    Every address of the name must be allowed: a name that leads inside as well as outside is refused whole. The
    connection goes to the address found here, so that a second look-up cannot lead elsewhere. Raises Forbidden;
    OSError when the name is not known.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    addresses = sorted((ipaddress.ip_address(str(one).partition("%")[0]) for one in found), key=str)
    if not addresses or not all(allowed(address) for address in addresses):
        raise Forbidden(host)
    if parts.scheme == "http" and not all(address.is_loopback for address in addresses):
        raise Forbidden(host)
    chosen = next((address for address in addresses if address.version == 4), addresses[0])
    shown = f"[{chosen}]" if chosen.version == 6 else str(chosen)
    there = parts._replace(netloc=f"{shown}:{port}").geturl()
    return Target(there, host, parts.netloc, str(chosen))


def allowed(address: Address) -> bool:
    """Public addresses, networks the installation names, and in demonstration mode this machine."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return allowed(mapped)
    if settings.DEMO and address.is_loopback:
        return True
    if any(address.version == network.version and address in network for network in named_networks()):
        return True
    return address.is_global and not address.is_multicast


def named_networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """MOTCUA_WEBHOOK_NETWORKS: networks of our own that webhooks may reach all the same, such as 10.20.0.0/16."""
    texts = os.environ.get(NETWORKS, "").split(",")
    return [ipaddress.ip_network(text.strip(), strict=False) for text in texts if text.strip()]


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_local_demo(parts: SplitResult) -> bool:
    literal = _literal(parts.hostname or "")
    local = parts.hostname == "localhost" or (literal is not None and literal.is_loopback)
    return bool(settings.DEMO and local)


def _refusal() -> ClientsError:
    return ClientsError(
        "clients.url",
        _(
            "Địa chỉ nhận phải bắt đầu bằng https://, không kèm mật khẩu, và không trỏ vào mạng nội bộ trừ khi máy chủ cho phép."
        ),
    )
