"""The public pages of the directory: a search, a page for each service, and a way to say that something is wrong."""
