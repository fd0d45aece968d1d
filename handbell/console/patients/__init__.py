"""The pages about patients: the list, one patient's page, and the forms that change it."""
