"""Something breaks: its time leaves the rota, and every visit that it hits is settled by the smallest change."""
