"""The one app of the project."""

from django.apps import AppConfig


class KolsConfig(AppConfig):
    """Named, so that keys are of one type in every version of Django: the default of that setting has changed."""

    name = "django_impl"
    label = "kols"
    default_auto_field = "django.db.models.BigAutoField"
