"""Campus entry (进校报备): who comes for an activity, who receives them, and the list for the gate."""
