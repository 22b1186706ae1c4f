"""The log that cannot be quietly changed: an RFC 6962 Merkle tree over everything that was done, and its proofs."""
