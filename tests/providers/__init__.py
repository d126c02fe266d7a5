"""The providers of texts, played."""
