"""Signed PDFs for tests: a real detached CMS signature of a made-up certificate in a file as small as can be."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

_ROOM = 8192  # hex digits kept for the signature


@lru_cache(maxsize=4)
def signer(kind: str = "ec") -> tuple[Any, x509.Certificate]:
    key: Any = ec.generate_private_key(ec.SECP256R1())
    if kind == "rsa":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "UBND phường Mẫu")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2026, 1, 1))
        .not_valid_after(dt.datetime(2029, 1, 1))
        .sign(key, hashes.SHA256())
    )
    return key, made


def unsigned_pdf(text: str = "x") -> bytes:
    return f"%PDF-1.7\n% {text}\n%%EOF\n".encode()


def signed_pdf(text: str = "x", kind: str = "ec") -> bytes:
    return sign(unsigned_pdf(text), kind)


def sign(before: bytes, kind: str = "ec") -> bytes:
    """The file with one more signature over all of it."""
    head = before + b"1 0 obj << /Type /Sig /SubFilter /ETSI.CAdES.detached /ByteRange [0 "
    tail = b">>\nendobj\n%%EOF\n"
    start = len(head) + 3 * 11 + len(b"] /Contents ")
    end = start + _ROOM + 2
    numbers = b"%010d %010d %010d" % (start, end, len(tail))
    head += numbers + b" ] /Contents "
    assert len(head) == start
    key, certificate = signer(kind)
    builder = PKCS7SignatureBuilder().set_data(head + tail).add_signer(certificate, key, hashes.SHA256())
    container = builder.sign(
        serialization.Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
    )
    return head + b"<" + container.hex().encode().ljust(_ROOM, b"0") + b">" + tail
