"""How two parties come to exchange: an invitation, an answer, and on each side a person who has compared fingerprints.

`documents` is what travels (pure), `domain` what can follow what, `actions` every write. All of it works with files
alone, across an air gap; nothing here opens a connection.
"""
