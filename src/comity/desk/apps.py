from django.apps import AppConfig

from comity.kernel.text import N_


class DeskConfig(AppConfig):
    name = "comity.desk"
    label = "desk"

    def ready(self) -> None:
        from comity.shell import rooms

        rooms.register(rooms.Room("today", N_("Today"), "desk:today", 1, "t"))
        rooms.register(rooms.Room("log", N_("Log"), "desk:log", 90, "l"))
