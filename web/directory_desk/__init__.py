"""The desk of those who keep the directory true: lists, a record in parts, its history, and what waits for a person."""
