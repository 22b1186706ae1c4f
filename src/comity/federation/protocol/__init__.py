"""The protocol between sovereign nodes, over bytes: no Django, no sockets, no clock, no randomness of its own.

What is signed is bytes; they are verified first, and then only those bytes are read. Whatever is wrong with what came
is a `ProtocolError` of its own class. A reader begins with `channel` (who is the audience), goes on to `frame` (one
step of a party's stream) and `statement` (what is inside), and ends with `feed` (how steps follow each other).
"""
