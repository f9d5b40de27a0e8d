"""The electronic signature in a PDF, judged by arithmetic alone: is there one, does it cover the whole file, does it fit.

Whether the certificate may be trusted (who issued it, whether it was revoked) is not judged here: that takes the lists
of the certification authorities. Pure; PDF 32000-1, 12.8 and RFC 5652 are what is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

NONE, INTACT, ALTERED, UNREAD = "none", "intact", "altered", "unread"
_RANGE = re.compile(
    rb"/ByteRange\s{0,20}\[\s{0,20}(\d{1,12})\s{1,20}(\d{1,12})\s{1,20}(\d{1,12})\s{1,20}(\d{1,12})\s{0,20}\]"
)
_MOST = 20  # signatures of one file
_SEQUENCE, _SET, _OCTETS, _OID, _INTEGER, _FIRST = 0x30, 0x31, 0x04, 0x06, 0x02, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_PSS = bytes.fromhex("2a864886f70d01010a")
_HASHES: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
}


class _Unread(ValueError):
    """Not what the standards say, or an algorithm not known here."""


def inspect(content: bytes) -> str:
    """`none`: no signature. `intact`: every signature fits, and the last covers the whole file. `altered`: something was
    changed, or added after the last signature. `unread`: a signature that cannot be followed."""
    ranges = [tuple(int(part) for part in found.groups()) for found in _RANGE.finditer(content)]
    if not ranges:
        return NONE
    if len(ranges) > _MOST:
        return UNREAD
    try:
        for one in ranges:
            _verify(content, *one)
    except InvalidSignature:
        return ALTERED
    except (ValueError, IndexError, UnsupportedAlgorithm):
        return UNREAD
    return INTACT if max(start + length for _a, _b, start, length in ranges) == len(content) else ALTERED


def _verify(content: bytes, zero: int, before: int, after: int, rest: int) -> None:
    """One signature: its container stands in the gap between the two ranges, and signs what they hold."""
    if zero != 0 or not 0 < before < after or after + rest > len(content):
        raise _Unread
    gap = content[before:after].strip()
    if not (gap.startswith(b"<") and gap.endswith(b">")):
        raise _Unread
    container = bytes.fromhex(gap[1:-1].decode("ascii"))
    _verify_container(container, content[:before] + content[after : after + rest])


@dataclass(frozen=True, slots=True)
class _Node:
    """A DER value: its tag, the bytes with their head, the bytes within."""

    tag: int
    whole: bytes
    inner: bytes


def _nodes(data: bytes) -> Iterator[_Node]:
    at = 0
    while at < len(data):
        tag, length, body = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise _Unread
            length = int.from_bytes(data[body : body + size], "big")
            body += size
        end = body + length
        if end > len(data):
            raise _Unread
        yield _Node(tag, data[at:end], data[body:end])
        at = end


def _first(data: bytes, tag: int) -> _Node:
    node = next(_nodes(data), None)
    if node is None or node.tag != tag:
        raise _Unread
    return node


def _verify_container(container: bytes, signed: bytes) -> None:
    """CMS SignedData, detached, one signer. What follows the container is the padding of its place."""
    outer = _first(container, _SEQUENCE)
    kind, wrapped, *_ = _nodes(outer.inner)
    if kind.inner != _SIGNED_DATA:
        raise _Unread
    parts = list(_nodes(_first(wrapped.inner, _SEQUENCE).inner))
    signer = list(_nodes(_first(parts[-1].inner, _SEQUENCE).inner))
    _version, who, algorithm, *others = signer
    attributes = next((one for one in others if one.tag == _FIRST), None)
    method, signature = others[1:3] if attributes else others[0:2]
    digest = _HASHES.get(_first(algorithm.inner, _OID).inner)
    if digest is None or signature.tag != _OCTETS or _first(method.inner, _OID).inner == _PSS:
        raise _Unread
    message = signed
    if attributes is not None:
        if _message_digest(attributes.inner) != hashlib.new(digest.name, signed).digest():
            raise InvalidSignature
        message = bytes([_SET]) + attributes.whole[1:]  # signed as a SET, kept under a tag of its own
    _verify_bytes(_certificate(outer.whole, who), signature.inner, message, digest)


def _message_digest(attributes: bytes) -> bytes:
    for attribute in _nodes(attributes):
        kind, values = _nodes(attribute.inner)
        if kind.inner == _MESSAGE_DIGEST:
            return _first(values.inner, _OCTETS).inner
    raise _Unread


def _certificate(container: bytes, who: _Node) -> x509.Certificate:
    """The signer's certificate, by issuer and serial number."""
    if who.tag != _SEQUENCE:
        raise _Unread
    issuer, serial = _nodes(who.inner)
    number = int.from_bytes(serial.inner, "big", signed=True)
    for certificate in _certificates(container):
        if certificate.serial_number == number and certificate.issuer.public_bytes() == issuer.whole:
            return certificate
    raise _Unread


def _certificates(container: bytes) -> list[x509.Certificate]:
    try:
        return load_der_pkcs7_certificates(container)
    except Exception as error:  # a parser of what anybody may hand in raises more kinds than it names
        raise _Unread from error


def _verify_bytes(
    certificate: x509.Certificate, signature: bytes, message: bytes, digest: hashes.HashAlgorithm
) -> None:
    try:
        key = certificate.public_key()
    except Exception as error:  # likewise
        raise _Unread from error
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(digest))
    else:
        raise _Unread
