"""How a provider is spoken to. No Django, no database: settings come in as arguments."""
