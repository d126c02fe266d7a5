"""Rotas, rooms, the joint search, holds and visits: one visit, every agency needed, all or nothing."""
