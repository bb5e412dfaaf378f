"""A service account of Google Cloud's, with a key made for this run."""

import json
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tryon.fake_providers.vertex import account_file


@cache
def key_pair(name: str) -> tuple[str, str]:
    """The private and the public key in PEM; another name gives another pair."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def write_account(folder: Path, token_uri: str, *, key: str = "ours") -> Path:
    path = folder / "account.json"
    path.write_text(json.dumps(account_file(token_uri, key_pair(key)[0])))
    return path
