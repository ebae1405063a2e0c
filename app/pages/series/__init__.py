"""Series on pages: asked for with the form of a request, then one page for all of its dates."""
