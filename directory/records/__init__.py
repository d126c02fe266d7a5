"""A service's record as the people who keep it see it: its parts, each in plain lines, and what differs."""
