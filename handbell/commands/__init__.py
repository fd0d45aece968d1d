"""What `handbell ...` runs."""
