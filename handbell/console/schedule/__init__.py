"""The schedule: a day's visits with their reminders, and the forms that change a visit."""
