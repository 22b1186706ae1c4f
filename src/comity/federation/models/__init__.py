"""The tables of federation, a module for each subject; Django looks for them here."""

from comity.federation.models.bundles import Bundle, Reported
from comity.federation.models.channels import Channel, ChannelVersion, Membership
from comity.federation.models.feeds import Acknowledged, Feed, FeedStatus, Fork, Frame
from comity.federation.models.hubs import Hub
from comity.federation.models.joining import Joining
from comity.federation.models.peers import Direction, Peer, SeenRequest
from comity.federation.models.release import Arrived, Release, Released, StandingRule, Withdrawal, Withheld
from comity.federation.models.settling import Outcome, Settlement
from comity.federation.models.witness import Attested, Vouched

__all__ = [
    "Acknowledged",
    "Arrived",
    "Attested",
    "Bundle",
    "Channel",
    "ChannelVersion",
    "Direction",
    "Feed",
    "FeedStatus",
    "Fork",
    "Frame",
    "Hub",
    "Joining",
    "Membership",
    "Outcome",
    "Peer",
    "Release",
    "Released",
    "Reported",
    "SeenRequest",
    "Settlement",
    "StandingRule",
    "Vouched",
    "Withdrawal",
    "Withheld",
]
