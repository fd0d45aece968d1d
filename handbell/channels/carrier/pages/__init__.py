"""The pages a person looks at in a browser."""
