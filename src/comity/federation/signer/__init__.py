"""The signer: a process of its own that alone reads the private keys, and looks at what it signs. No Django.

`policy` says what each key may sign, `server` answers on a socket in the node's directory. What asks it is
`parties.door`. Under the same system user it is a border between processes, which a fault in the web process does not
cross by mistake; only under a user of its own (docs/operating.md) does it hold against whoever took over the node.
"""
