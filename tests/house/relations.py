"""Which table may point at which: what the import linter cannot see, because Django takes names in strings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.contenttypes.fields import GenericForeignKey
from django.db.models import Model

from tests.house.layers import House

# Whose tables may point out of the house: an account is a Django user with Django's groups.
MAY_POINT_OUTSIDE = {"accounts"}


@dataclass(frozen=True)
class Relation:
    """A column (or a table between) that points from one table to another; rooms are "" outside the house."""

    source_room: str
    source: str
    target_room: str
    target: str


def room_of(model: type[Model]) -> str:
    """The room a model lives in, by its module; "" outside the house."""
    package, _, rest = model.__module__.partition(".")
    return rest.split(".")[0] if package == "comity" else ""


def relations(models: Iterable[type[Model]]) -> Iterator[Relation]:
    """Every foreign key, one-to-one and many-to-many that the models of the house declare."""
    for model in models:
        if room := room_of(model):
            declared = (*model._meta.local_fields, *model._meta.local_many_to_many)
            for field in declared:
                target = field.remote_field and field.related_model
                if isinstance(target, type) and issubclass(target, Model):
                    name = f"{model.__name__}.{field.name}"
                    yield Relation(room, name, room_of(target), target.__name__)


def breaches(found: Iterable[Relation], house: House) -> list[str]:
    """What is wrong with each relation that breaks the order, in words."""
    return [problem for relation in found if (problem := breach(relation, house))]


def breach(relation: Relation, house: House) -> str:
    """Why `relation` may not be; "" when it may."""
    source, target = relation.source_room, relation.target_room
    says = f"{source}: {relation.source} → {target or 'outside'}: {relation.target}"
    if not target:
        return "" if source in MAY_POINT_OUTSIDE else f"{says} points out of the house"
    if source == target:
        return ""
    if house.is_domain(target):
        return f"{says} points at another domain's table; refer to records.Record"
    if not house.may_use(source, target):
        return f"{says} points up"
    return ""


def generic_relations(models: Iterable[type[Model]]) -> list[str]:
    """Models outside audit that point at anything at all."""
    return [
        f"{room_of(model)}: {model.__name__}.{field.name} points at any table"
        for model in models
        if room_of(model) not in {"", "audit"}
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey)
    ]
