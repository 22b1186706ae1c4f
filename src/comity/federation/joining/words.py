"""The states of joining, and how a partner is reached, as people read them."""

from comity.federation.joining.domain import State
from comity.federation.models.peers import Direction
from comity.kernel.text import N_

STATE_WORDS = {
    State.INVITED: N_("invited, waiting for the answer"),
    State.ANSWERED: N_("answered, to be compared here"),
    State.OPENED: N_("invites us, to be compared here"),
    State.COMPARED: N_("compared by one person, a second one is needed"),
    State.JOINED: N_("joined"),
    State.REFUSED: N_("withdrawn or turned down"),
    State.LEFT: N_("left"),
    State.REMOVED: N_("removed"),
}
NOT_HEARD = N_("confirmed here; the other node was not heard yet")
"""Instead of *joined*, until the other node speaks."""
DIRECTION_WORDS = {
    Direction.BOTH: N_("each node reaches the other, or this one reaches it"),
    Direction.OUTBOUND_ONLY: N_("it asks this node; this node cannot reach it"),
    Direction.NONE: N_("by files, or through a hub"),
}
