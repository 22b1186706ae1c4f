"""Figures of a node, read from its database and its disk when they are asked for: any worker answers the same.

They count acts, bytes and seconds. No figure depends on what a record says.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from comity import __version__
from comity.audit.log import head
from comity.audit.models import Checkpoint, Witnessed
from comity.federation.sharing.figures import figures
from comity.federation.transport.pause import is_full
from comity.kernel import clock
from comity.parties import manifest
from comity.parties.models import Manifest, Party
from comity.records.models import Held


def exposition() -> bytes:
    """Every figure as it is now, in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Figures())
    return generate_latest(registry)


class _Figures(Collector):
    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: registering reads no database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Each figure with its help, and its unit in its name."""
        yield _by("comity_info", "Which version runs", "version", {__version__: 1})
        yield GaugeMetricFamily("comity_log_entries", "Entries of the log", head().size)
        held = Held.objects.count()
        yield GaugeMetricFamily("comity_held_revisions", "Revisions that came and are held", held)
        denied = Witnessed.objects.system("a figure").filter(contradicts__isnull=False, settled_at=None)
        name = "comity_contradicting_checkpoints"
        yield GaugeMetricFamily(
            name, "Partners' checkpoints that contradict earlier ones", denied.filter(disowned_at=None).count()
        )
        yield from _parties()
        yield from _exchange()
        yield from _disk()


def _parties() -> Iterator[Metric]:
    now = clock.now()
    hosted = dict(Party.objects.filter(hosted=True).values_list("pk", "handle"))
    signed = Checkpoint.objects.system("a figure").values("party").annotate(last=Max("at")).values_list("party", "last")
    ages = {hosted[party]: (now - last).total_seconds() for party, last in signed if party in hosted}
    yield _by("comity_checkpoint_age_seconds", "Since a party of this node last signed the log", "party", ages)
    left = {}
    for party in Party.objects.order_by("handle"):
        newest = Manifest.objects.filter(party=party, version=party.manifest_version).first()
        if newest is not None:
            left[party.handle] = (manifest.parse(bytes(newest.data)).expires - now).total_seconds()
    yield _by("comity_manifest_expires_seconds", "Until a party's manifest expires", "party", left)


def _exchange() -> Iterator[Metric]:
    """How the exchange with each partner goes, by the partner's opaque id: a name would be somebody's to read."""
    now = figures(clock.now())
    for name, about, values in (
        ("peer_lag_seconds", "Since the oldest was released that a partner has not acknowledged", now.lag),
        ("backlog_records", "Records and withdrawals that a partner has not acknowledged", now.backlog),
        ("held_records", "Revisions that came from a partner and are held", now.held),
        ("quarantined_feeds", "Feeds of a partner that wait for a person's decision", now.quarantined),
        ("last_contact_seconds", "Since a partner was last in contact", now.last_contact),
        ("peer_silent", "1 while a partner does not answer", now.silent),
        ("missing_steps", "Steps that a partner has and this node has not", now.lacking),
        ("manifest_expires_seconds", "Until the manifest of a party or partner expires", now.expires),
    ):
        yield _by(f"comity_federation_{name}", about, "partner", values)
    name = "comity_federation_unsigned_records"
    yield GaugeMetricFamily(name, "Records that were released and that the signer refused", now.unsigned)
    yield GaugeMetricFamily("comity_federation_paused", "1 while the node takes nothing in", int(is_full()))


def _disk() -> Iterator[Metric]:
    usage = shutil.disk_usage(settings.COMITY_HOME)
    yield GaugeMetricFamily("comity_disk_free_bytes", "Room on the disk of the node's directory", usage.free)
    yield GaugeMetricFamily("comity_disk_size_bytes", "Size of that disk", usage.total)
    sizes = {name: path.stat().st_size for name, path in _database_files() if path.exists()}
    if sizes:
        yield _by("comity_database_bytes", "Size of the database's files, where it is SQLite", "file", sizes)


def _database_files() -> Iterator[tuple[str, Path]]:
    for ending in ("", "-wal"):
        yield f"comity.db{ending}", Path(settings.COMITY_HOME) / f"comity.db{ending}"


def _by(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    figures = GaugeMetricFamily(name, about, labels=[label])
    for key, value in values.items():
        figures.add_metric([key], value)
    return figures
