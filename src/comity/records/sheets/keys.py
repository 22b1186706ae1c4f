"""How rows are remembered: under a digest that nobody outside the node can guess from a name or a staff number."""

from django.utils.crypto import salted_hmac

_SALT = "comity.records.sheets"


def directory(code: str, party: str) -> str:
    """Where the keys of one kind and party stand among `records.Handle`."""
    return f"sheet:{salted_hmac(_SALT, f'{code} {party}', algorithm='sha256').hexdigest()[:32]}"


def key_of(text: str) -> str:
    """The digest of a key, made with the secret of the node: keys may be personal data."""
    return salted_hmac(_SALT, text.strip(), algorithm="sha256").hexdigest()
