"""Tags and filters for the console's templates."""
