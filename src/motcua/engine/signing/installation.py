"""What this installation trusts: its trust folder, the named revocation lists, and the development authority if allowed."""

from __future__ import annotations

from motcua.engine.signing.development import development_trust
from motcua.engine.signing.revocation import named_lists
from motcua.engine.signing.trust import Trust, folder_trust


def signing_trust(*, fetch: bool = True) -> Trust:
    """Trust at this moment. fetch: revocation lists that ran out are asked for anew.

    Raises SigningRefused signing.list.*, signing.certificate.unreadable; PrivacyError when the development
    authority's keys do not open.
    """
    own, trying = folder_trust(), development_trust()
    return own.plus(
        roots=trying.roots, between=trying.between, lists=(*trying.lists, *named_lists(fetch=fetch))
    )
