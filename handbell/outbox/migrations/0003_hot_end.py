"""How soon are rows that are no more cleared away, on the tables that change all day?

PostgreSQL waits for a fifth of a table to be dead. Of ten million messages that is two million,
months at a clinic, and the queue's indexes, a few hundred live rows, would be read through all of
them. A hundredth, and ten thousand rows, keep the hot end small whatever the history. A sender is
written to by every claim; its page keeps room, so that no index is touched.
"""

from django.db import migrations

_SET = """
ALTER TABLE outbox_message SET (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000,
    autovacuum_analyze_scale_factor = 0.01, autovacuum_analyze_threshold = 10000);
ALTER TABLE outbox_attempt SET (
    fillfactor = 90,
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000);
ALTER TABLE outbox_sender SET (
    fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
"""
_RESET = """
ALTER TABLE outbox_message RESET (
    fillfactor,
    autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold,
    autovacuum_analyze_scale_factor, autovacuum_analyze_threshold);
ALTER TABLE outbox_attempt RESET (
    fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE outbox_sender RESET (
    fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_arrows")]
    operations = [migrations.RunSQL(_SET, _RESET)]
