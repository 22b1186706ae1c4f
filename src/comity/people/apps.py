from django.apps import AppConfig

from comity.kernel.text import N_


class PeopleConfig(AppConfig):
    name = "comity.people"
    label = "people"

    def ready(self) -> None:
        from comity.people import exchange
        from comity.records.kinds import register
        from comity.shell import rooms

        register(*exchange.KINDS)
        rooms.register(rooms.Room("people", N_("People"), "people:people", 5, "p"))
