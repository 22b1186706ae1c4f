"""A check of an inclusion proof that needs nothing but Python, for anyone to copy and run on their own machine."""

import base64
import hashlib
from typing import Any


def check(proof: dict[str, Any]) -> bool:
    """Whether the leaf stands at its index in the log of that size and root (RFC 6962, section 2.1).

    `proof` is a JSON object: `index` and `size` are integers, `leaf` is base64, and `leaf_hash`, `root` and every
    member of `path` are SHA-256 hashes in hexadecimal. The leaf's hash is SHA-256(00 ‖ leaf). Then, sibling by sibling
    from the leaf to the root, a pair hashes to SHA-256(01 ‖ left ‖ right). Compare `root` and `size` with a checkpoint
    that you trust, and look into the leaf for the commitment to what was written.
    """
    index, last = proof["index"], proof["size"] - 1
    if not 0 <= index <= last:
        return False
    digest = hashlib.sha256(b"\x00" + base64.b64decode(proof["leaf"], validate=True)).digest()
    if digest.hex() != proof["leaf_hash"]:
        return False
    for sibling in map(bytes.fromhex, proof["path"]):
        if last == 0:
            return False  # a path longer than the tree is high
        if index % 2 == 1 or index == last:
            digest = hashlib.sha256(b"\x01" + sibling + digest).digest()
            while index % 2 == 0 and index:  # the last node of a row without a sibling moves up as it is
                index, last = index // 2, last // 2
        else:
            digest = hashlib.sha256(b"\x01" + digest + sibling).digest()
        index, last = index // 2, last // 2
    return last == 0 and bool(digest.hex() == proof["root"])
