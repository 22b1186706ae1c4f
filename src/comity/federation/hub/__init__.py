"""The hub: store-and-forward of frames that it cannot read, on NATS JetStream.

A hub is a cache over senders' feeds and never the truth: what it gives verifies itself, and what it lost senders fill
again. `warden` is what runs at the hub beside the message server, `link` what a node does with a hub. Who may speak to
a hub is said by a party in a signed statement (`membership`), and proved with a key of the node's own (`nkeys`).
"""
