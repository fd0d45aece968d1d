"""Are the database's tables of this version, and how do they become so? Django must be set up."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

_LOCK = "hashtext('handbell migrate')"


def pending() -> list[str]:
    """Return the names of the steps the database still lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _ in plan]


def bring_up_to_date() -> list[str]:
    """Apply what is pending and return its names. Of two that do so at once, one waits."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({_LOCK})")
        try:
            names = pending()
            if names:
                call_command("migrate", verbosity=0, interactive=False)
            else:
                _fence_again()
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({_LOCK})")
    return names


def _fence_again() -> None:
    """Build what row-level security lacks: its role may have been made or allowed meanwhile."""
    from handbell.access.fence import build_fence, fence_holds

    if not fence_holds():
        build_fence()
