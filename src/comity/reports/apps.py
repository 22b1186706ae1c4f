from django.apps import AppConfig

from comity.kernel.text import N_


class ReportsConfig(AppConfig):
    name = "comity.reports"
    label = "reports"

    def ready(self) -> None:
        from comity.reports import queries
        from comity.shell import cited, rooms

        rooms.register(
            rooms.Room("reports", N_("From the reports"), "reports:reports", 70, "f", when=queries.there_are_some)
        )
        cited.register(queries.texts)
