"""Rotas, rooms, the joint search, holds and visits.

`booking.visits` has the use cases (find, hold, confirm, change, cancel), `booking.loading` the rota's way in.
"""
