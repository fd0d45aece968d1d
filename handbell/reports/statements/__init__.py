"""The reports' questions in plain SQL, one module for each subject."""
