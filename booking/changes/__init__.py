"""Changing the rota, its people and its rooms: what a change would break, seen before it is made; then made at once."""
