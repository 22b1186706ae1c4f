from django.apps import AppConfig

from comity.kernel.text import N_


class FederationConfig(AppConfig):
    name = "comity.federation"
    label = "federation"

    def ready(self) -> None:
        from comity.federation.joining.waiting import needs as joining
        from comity.federation.protocol.statement import Checkpoint, Cosignature
        from comity.federation.release.sections import BESIDE
        from comity.federation.release.waiting import needs
        from comity.federation.sharing.waiting import needs as sharing
        from comity.federation.sync import extras
        from comity.federation.witness import travel
        from comity.shell import beside, rooms
        from comity.shell import needs as waiting

        beside.register(BESIDE)
        waiting.register(joining)
        waiting.register(needs)
        waiting.register(sharing)
        rooms.register(rooms.Room("sharing", N_("Sharing"), "federation:room", 60, "s"))
        extras.say_also(travel.due)
        extras.hear_also(Checkpoint, travel.hear_checkpoint)
        extras.hear_also(Cosignature, travel.hear_cosignature)
