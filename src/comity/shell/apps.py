from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "comity.shell"
    label = "shell"
