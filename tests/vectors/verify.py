"""Checks the test vectors of the protocol between nodes. Shares no code with the project; reads like its specification.

    python verify.py vectors.json

Exits 0 and says what was verified, or 1 and says what is wrong. Besides the standard library it needs `cryptography`.
"""

import base64
import hashlib
import hmac
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TYPE = "application/vnd.comity.%s+json"


class Wrong(Exception):
    """A vector that does not hold."""


def require(holds, what):
    if not holds:
        raise Wrong(what)


def canonical(value):
    """RFC 8785, for what is in the vectors: no floats, and names of members in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read(data, members=None):
    value = json.loads(data)
    require(canonical(value) == data, "bytes are not canonical JSON")
    require(members is None or set(value) == set(members.split()), f"other members than these: {members}")
    return value


def b64(text):
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def id_of(first):
    return base64.b32encode(hashlib.sha256(first).digest()).decode().rstrip("=").lower()


def signers(payload_type, payload, signatures, keys):
    """How many of these public keys have signed the payload as this type (DSSE)."""
    name, good = payload_type.encode(), 0
    message = b"DSSEv1 %d %s %d %s" % (len(name), name, len(payload), payload)
    for key in set(keys):
        if (signature := signatures.get(sha256(key))) is not None:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
                good += 1
            except InvalidSignature:
                continue
    return good


def open_envelope(data, kind, keys):
    """The payload of a DSSE envelope that one of these keys has signed."""
    envelope = read(data, "payload payloadType signatures")
    require(envelope["payloadType"] == TYPE % kind, "an envelope of another type")
    payload = b64(envelope["payload"])
    signatures = {one["keyid"]: b64(one["sig"]) for one in envelope["signatures"]}
    require(signers(TYPE % kind, payload, signatures, keys) > 0, f"nobody who may sign a {kind} has")
    return payload


def party(versions):
    """The id of a party and the release keys that ever spoke for it, from its manifests, oldest first."""
    release, last = set(), b""
    for number, version in enumerate(versions, 1):
        data = b64(version["data"])
        manifest = read(data)
        signatures = {name: bytes.fromhex(signature) for name, signature in version["signatures"].items()}
        require(manifest["version"] == number, "a version of a manifest is missing")
        require(manifest["previous"] == (sha256(last) if last else ""), "a manifest follows another one")
        for root in [json.loads(last), manifest] if last else [manifest]:
            public = [b64(key) for key in root["keys"]["root"]]
            good = signers(TYPE % "manifest", data, signatures, public)
            require(good >= root["threshold"], "too few root keys have signed a manifest")
        release |= {b64(key) for key in manifest["keys"]["release"]}
        last = data
    return id_of(b64(versions[0]["data"])), release


def channel(envelopes, parties):
    """The id of a channel, and its manifests by audience hash."""
    versions, last, name = {}, b"", ""
    for number, data in enumerate(map(b64, envelopes), 1):
        claimed = json.loads(b64(json.loads(data)["payload"]))
        require(claimed["owner"] in parties, "a channel of an unknown owner")
        payload = open_envelope(data, "channel", parties[claimed["owner"]])
        manifest = read(payload)
        require(manifest["type"] == TYPE % "channel" and manifest["version"] == number, "a version is missing")
        require(manifest["previous"] == (sha256(last) if last else ""), "a channel's manifest follows another one")
        require(manifest["owner"] in manifest["members"], "an owner that is no member")
        name, last = name or id_of(payload), payload
        versions[sha256(payload)] = manifest
    return name, versions


def unwrap(content, feed, reader, private, versions):
    """The epoch and its key, from a keyset."""
    keyset = read(content, "epoch suite audience commitment wraps")
    require(keyset["suite"] == "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM", "another suite")
    require(keyset["audience"] in versions, "a keyset for an unknown audience")
    require(set(keyset["wraps"]) <= set(versions[keyset["audience"]]["members"]), "a wrap for who is no member")
    info = canonical(["comity keyset", *feed, keyset["epoch"], keyset["audience"], reader])
    sealed = keyset["wraps"][reader]
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    key = suite.decrypt(
        b64(sealed["enc"]) + b64(sealed["ciphertext"]), X25519PrivateKey.from_private_bytes(private), info
    )
    promised = hmac.new(key, canonical(["comity epoch key", *feed, keyset["epoch"]]), hashlib.sha256).hexdigest()
    require(promised == keyset["commitment"], "a key that is not the one that was promised")
    return keyset["epoch"], key


def open_content(header, content, key):
    """The statement's envelope inside a content."""
    bound = canonical({name: value for name, value in header.items() if name not in ("length", "digest")})
    derived = HKDF(SHA256(), 44, salt=b64(header["salt"]), info=b"comity frame 1" + bound).derive(key)
    return AESGCM(derived[:32]).decrypt(derived[32:], content, bound)


def hear(frames, channel_id, versions, parties, reader, private):
    """Every statement of the frames, in order, as a member hears them."""
    heads: dict[tuple[str, ...], tuple[int, str]] = {}
    epochs, said = {}, []
    for frame in frames:
        envelope, content = b64(frame["header"]), b64(frame["content"])
        claimed = json.loads(b64(json.loads(envelope)["payload"]))
        require(claimed["party"] in parties, "a frame of an unknown party")
        keys = parties[claimed["party"]]
        payload = open_envelope(envelope, "frame", keys)
        header = read(payload, "version channel party incarnation seq prev epoch salt class length digest")
        feed = (header["channel"], header["party"], header["incarnation"])
        require(header["version"] == 1 and header["channel"] == channel_id, "another version, or another channel")
        seq, head = heads.get(feed, (0, ""))
        require((header["seq"], header["prev"]) == (seq + 1, head), "a step that does not follow")
        heads[feed] = (header["seq"], sha256(payload))
        require((len(content), sha256(content)) == (header["length"], header["digest"]), "another content")
        if header["class"] == "keyset":
            epoch, key = unwrap(content, feed, reader, private, versions)
            epochs[feed, epoch] = key
            continue
        inner = open_content(header, content, epochs[feed, header["epoch"]])
        statement = read(open_envelope(inner, "statement", keys), "channel party incarnation seq audience items")
        placed = tuple(statement[name] for name in ("channel", "party", "incarnation", "seq"))
        require(placed == (*feed, header["seq"]), "a statement that was made for another step")
        require(statement["audience"] in versions, "a statement for an unknown audience")
        require(feed[1] in versions[statement["audience"]]["members"], "a party that is no member")
        for item in statement["items"]:
            if item["t"] in ("revision", "withdrawal"):
                require(item["record"].split("/")[0] == feed[1], "a record of another party")
            if item["t"] == "revision":
                revision = read(b64(item["data"]), "at body by id kind label revision")
                require((revision["id"], revision["revision"]) == (item["record"], item["number"]), "another revision")
                require(len(b64(item["salt"])) == 32, "a salt of another length")
        said.append(statement)
    return heads, said


def verify(vectors):
    """Check everything; the lines that say what was found. Raises Wrong, or whatever a library raises."""
    parties, lines = dict(party(versions) for versions in vectors["parties"]), []
    channel_id, versions = channel(vectors["channel"], parties)
    for reader, private in vectors["exchange_keys"].items():
        heads, said = hear(vectors["frames"], channel_id, versions, parties, reader, bytes.fromhex(private))
        require(
            [[*feed, *at] for feed, at in sorted(heads.items())] == vectors["expected"]["heads"], "it ends elsewhere"
        )
        require(said == vectors["expected"]["statements"], "something else is said")
        lines.append(f"{reader[:8]}… hears {len(said)} statements in {len(heads)} feeds")
    return lines


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            print("\n".join(verify(json.load(file))))
    except Exception as error:  # noqa: BLE001  whatever it is, it does not verify
        sys.exit(f"does not verify: {type(error).__name__} {error}")
