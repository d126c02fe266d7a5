"""What the hub manager's desk reads and does: the day's board, the week, visits, people and rooms, the waiting list."""
