"""The square that opens one visit at the kiosk. A scanner types it as text: `FD:7K4M2P:` and a proof that we made it.

The proof is the first 80 bits of an HMAC-SHA256 of the reference under the installation's secret, in base 32: capital
letters and figures alone, so that the square stays small and any keyboard layout types it. It says nothing else, and
it opens nothing but the page of the visit at a kiosk.
"""

import hmac
from base64 import b32encode
from hashlib import sha256

from foundation.errors import FrontDoorError
from foundation.references import NotAReference, read_reference
from foundation.settings import Settings

PREFIX = "FD"
PROOF_BYTES = 10


class NotOurCode(FrontDoorError):
    """What was scanned is no square of ours."""


def arrival_code(settings: Settings, reference: str) -> str:
    """What the square of a visit holds."""
    return f"{PREFIX}:{reference}:{_proof(settings, reference)}"


def is_scanned(text: str) -> bool:
    """Whether a text comes from a square, not from fingers."""
    return text.strip().upper().startswith(f"{PREFIX}:")


def read_arrival(settings: Settings, text: str) -> str:
    """The reference in a scanned text. Raises NotOurCode."""
    parts = text.strip().upper().split(":")
    if len(parts) != 3 or parts[0] != PREFIX:
        raise NotOurCode("That square is not one of ours.")
    try:
        reference = read_reference(parts[1])
    except NotAReference as error:
        raise NotOurCode("That square is not one of ours.") from error
    if not hmac.compare_digest(parts[2].encode(), _proof(settings, reference).encode()):
        raise NotOurCode("That square is not one of ours.")
    return reference


def _proof(settings: Settings, reference: str) -> str:
    made = hmac.new(settings.signing_key().encode(), f"kiosk arrival|{reference}".encode(), sha256)
    return b32encode(made.digest()[:PROOF_BYTES]).decode()
