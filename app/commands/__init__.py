"""Commands, one module each; `app.cli` loads only the one that is asked for."""
