"""From the rota and the claims in the database to the joint search, and back to openings."""
