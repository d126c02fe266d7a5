"""Finding services by words: as people write them, with their slang and their typing mistakes."""
