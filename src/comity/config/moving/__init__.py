"""Taking a party that this node hosts to a node of its own, without changing an id.

What the party has goes along: its keys and manifests, its records with every revision, salt and commitment, the files
they name, its accounts with passwords and second factors, what it may read of others as copies. Here its accounts are
closed and its keys destroyed; of its records what a party that stays here may read stays as a copy, and of the rest the
content goes. It promises:

- before this node commits, nothing has changed here, and what stands in the new directory is no node;
- after it, the party is hosted nowhere until the new node says that it holds its keys, and then there alone;
- a move that was cut short anywhere is taken up again by the same command, and nothing is lost or done twice.
"""
