from django.apps import AppConfig

from comity.kernel.text import N_


class ProgrammeConfig(AppConfig):
    name = "comity.programme"
    label = "programme"

    def ready(self) -> None:
        from comity.programme import exchange, waiting
        from comity.records.kinds import register
        from comity.shell import needs, rooms

        register(*exchange.KINDS)
        needs.register(waiting.initiatives)
        rooms.register(rooms.Room("objectives", N_("Objectives"), "programme:objectives", 2, "o"))
