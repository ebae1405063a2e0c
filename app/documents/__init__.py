"""Documents (typst): a template and its data become a PDF with its fonts in it, or a list of what cannot be printed."""
