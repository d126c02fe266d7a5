"""One renderer a channel: structured replies become what a text message or WhatsApp can show.

Plain values in and out. Nothing here decides what is said, knows a provider, a database or HTTP.
"""
