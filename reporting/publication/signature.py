"""The signature of publications: Ed25519 (RFC 8032), with a key that is derived from SECRET_KEY and kept nowhere."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"remontee publication"


class Signer:
    """Signs what is published."""

    def __init__(self, secret_key: str) -> None:
        seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> str:
        """What the signatures are checked with: 64 hexadecimal digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, text: str) -> str:
        """The signature over the text's UTF-8: 128 hexadecimal digits."""
        return self._key.sign(text.encode()).hex()


def is_signed(text: str, signature: str, public_key: str) -> bool:
    """True if the holder of this key signed this text; False for anything that is no key or no signature, too."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
