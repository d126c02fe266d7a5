"""The joint search: which openings suit every agency and the person, exactly, on plain values."""
