"""The peer of a usual web stack: a Django model whose state viewflow.fsm guards, each change kept by simple-history."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

_LONGEST = 40
_model: Any = None


def make(url: str) -> Callable[[], object]:
    """Return one act: read a case, take a step, save it with its history, durably; a thread has its own connection."""
    model = _ready(url)
    done = count()
    case = model.objects.create()

    def step() -> None:
        nonlocal case
        from django.db import transaction

        if next(done) % _LONGEST == 0:
            case = model.objects.create()
        with transaction.atomic():
            found = model.objects.select_for_update().get(pk=case.pk)
            _flow(found).hold_meeting()
            found.account = "Uploaded the photographs and took them down when asked to."
            found.save()

    return step


def _ready(url: str) -> Any:
    """Set Django up in this process, once, and make its tables."""
    global _model, _flow
    if _model is not None:
        return _model
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(url)
    import django
    from django.conf import settings

    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "HOST": parts["host"],
        "PORT": parts["port"],
        "USER": parts["user"],
        "CONN_MAX_AGE": None,
    }
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "simple_history"]
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=apps,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    from django.db import connection, models
    from simple_history.models import HistoricalRecords
    from viewflow import fsm

    class Case(models.Model):
        state = models.CharField(max_length=40, default="investigation")
        account = models.TextField(default="")
        history = HistoricalRecords()

        class Meta:
            app_label = "auth"

    class Flow:
        state = fsm.State(("investigation",), default="investigation")

        def __init__(self, case: Any) -> None:
            self.case = case

        @state.setter()
        def _set(self, value: str) -> None:
            self.case.state = value

        @state.getter()
        def _get(self) -> str:
            return str(self.case.state)

        @state.transition(source="investigation", target="investigation")
        def hold_meeting(self) -> None:
            """Take the step."""

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7)")
        if "auth_case" not in connection.introspection.table_names():
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            with connection.schema_editor() as editor:
                editor.create_model(Case)
                editor.create_model(Case.history.model)
        cursor.execute("SELECT pg_advisory_unlock(7)")
    _model, _flow = Case, Flow
    return Case


_flow: Any = None
