from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    name = "comity.responses"
    label = "responses"

    def ready(self) -> None:
        from comity.records.kinds import register
        from comity.responses import exchange, sections, waiting
        from comity.shell import beside, needs

        register(*exchange.KINDS)
        beside.register(sections.BESIDE)
        needs.register(waiting.needs)
