from django.apps import AppConfig

from comity.kernel.text import N_


class DeskConfig(AppConfig):
    name = "comity.desk"
    label = "desk"

    def ready(self) -> None:
        from comity.desk.administration.queries import is_keeper
        from comity.shell import rooms

        rooms.register(rooms.Room("today", N_("Today"), "desk:today", 1, "t", of_records=False))
        rooms.register(rooms.Room("log", N_("Log"), "desk:log", 90, "l", of_records=False))
        address = "administration:accounts"
        rooms.register(
            rooms.Room("administration", N_("Administration"), address, 95, "a", when=is_keeper, of_records=False)
        )
