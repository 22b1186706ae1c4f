from django.apps import AppConfig

from comity.kernel.text import N_


class ShellConfig(AppConfig):
    name = "comity.shell"
    label = "shell"

    def ready(self) -> None:
        from comity.shell import rooms

        rooms.register(rooms.Room("records", N_("All records"), "shell:kinds", 80, "r"))
        rooms.register(rooms.Room("import", N_("Import"), "shell:imports", 81, "i"))
