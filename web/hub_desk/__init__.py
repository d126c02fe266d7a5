"""The hub manager's desk: the day, the week, the rota, people and rooms, what broke, who waits, visits."""
