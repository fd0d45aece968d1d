"""Lets a message change state only along the arrows of outbox/lifecycle.py."""

from django.db import migrations

# Written out, not imported: a migration must not change when the code does.
ARROWS = {
    "queued": "claimed,withheld,cancelled,expired,failed,accepted,delivered,undelivered",
    "claimed": "accepted,delivered,undelivered,failed,in_doubt,queued,withheld",
    "accepted": "delivered,undelivered,failed,queued",
    "in_doubt": "accepted,delivered,undelivered,failed,queued",
    "delivered": "undelivered",
    "undelivered": "delivered,queued",
    "failed": "accepted,delivered,undelivered",
    "withheld": "queued",
    "cancelled": "queued",
    "expired": "accepted,delivered,undelivered",
}

CASES = "\n".join(
    f"        WHEN '{state}' THEN NEW.state = ANY('{{{neighbours}}}'::text[])"
    for state, neighbours in ARROWS.items()
)

FORWARD = f"""
CREATE FUNCTION outbox_message_follows_arrows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (CASE OLD.state
{CASES}
        ELSE false END)
    THEN
        RAISE EXCEPTION 'no arrow leads from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'message_follows_arrows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER message_follows_arrows BEFORE UPDATE ON outbox_message
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION outbox_message_follows_arrows();
"""

BACKWARD = """
DROP TRIGGER message_follows_arrows ON outbox_message;
DROP FUNCTION outbox_message_follows_arrows();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
