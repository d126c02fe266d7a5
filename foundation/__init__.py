"""What every room stands on: settings, database, clock, references. Imports nothing of ours."""
