"""Where the schools of the tests live; nothing is ever sent there."""

SITE = "http://www.example.com"
JOBS = "https://jobs.example.com"
LIVE = "https://live.example.com/1"
