"""Django's formats for Spanish."""
