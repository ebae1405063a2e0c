"""Pages of campus entry: visitors of a request, and the gate's list of a day."""
