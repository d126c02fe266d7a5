"""Who is at the hub, and when: patterns of wall time, leave, closures, hub sessions, and their way in and out."""
