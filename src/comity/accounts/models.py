"""Accounts: the people of a party on this node, and the groups of those who need to know."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from comity.parties.models import Party


class Theme(models.TextChoices):
    """How pages look to this person; AUTO follows the device."""

    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Language(models.TextChoices):
    """The languages of the interface, each by its own name."""

    ENGLISH = "en", "English"
    ARABIC = "ar", "العربية"


class Accounts(BaseUserManager["Account"]):
    """Finds accounts, each with its party; they are made by `actions.create_account` alone."""

    def get_queryset(self) -> models.QuerySet[Account]:
        """Every request shows the party of whoever asks: fetched together."""
        return super().get_queryset().select_related("party")


class Account(AbstractBaseUser):
    """Somebody's way in, acting for exactly one party.

    The key is opaque: it is what the log and other parties see of a person. The display name says an office.
    """

    opaque = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("user name"), max_length=60, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    display_name = models.CharField(_("office"), max_length=120)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.ENGLISH)
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    hijri = models.BooleanField(_("show Hijri dates too"), default=False)
    roles = models.JSONField(default=list)  # values of labels.subject.Role, sorted
    clearances = models.JSONField(default=dict)  # policy → number of the classification
    caveats = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    objects = Accounts()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        """What sign-in pages call the person: the office."""
        return self.display_name

    def get_short_name(self) -> str:
        """The same; an office has no first name."""
        return self.display_name


class Group(models.Model):
    """A need to know. `key` stands on labels and means the same on every node.

    Each party says who of its own people belongs, so a group that two parties keep is two rows with one key.
    """

    key = models.UUIDField(default=uuid.uuid4)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    name = models.JSONField()  # kernel Text
    members = models.ManyToManyField(Account, through="Membership", related_name="need_to_know")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "key"], name="group_is_once_per_party")]


class Membership(models.Model):
    """That a person belongs to a group, and since when."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "account"], name="membership_is_once")]


class Attempts(models.Model):
    """How full one bucket of `limits` was at one moment. The key is a digest and says nothing."""

    key = models.CharField(max_length=64, primary_key=True)
    level = models.FloatField()
    at = models.DateTimeField(db_index=True)


class Invitation(models.Model):
    """That somebody may make an account, or choose a new password for theirs, by a link that works once.

    Only the link's digest is kept. `account` is the one whose password is chosen anew, or that was made with it.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")  # none: the operator
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    display_name = models.CharField(max_length=120)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.ENGLISH)
    roles = models.JSONField(default=list)
    clearances = models.JSONField(default=dict)
    caveats = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
