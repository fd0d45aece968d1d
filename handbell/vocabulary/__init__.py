"""The words every other room uses, as types. Imports nothing of ours."""
