"""Settings > Facilities: where visits take place."""
