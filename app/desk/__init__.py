"""The desk: a process that keeps the season in memory and answers at once where one more request could go."""
