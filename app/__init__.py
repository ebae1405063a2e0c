"""The career centre system: one package per feature, floors as in docs/decisions and pyproject.toml."""
