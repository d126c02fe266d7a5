"""One module a stage of the conversation.

A step takes (work, assessment, said), moves the assessment on and returns what is to be said; it knows no dialogue
engine and no channel.
"""
