"""Pages of changes: asked for by a form, decided on the request's page."""
