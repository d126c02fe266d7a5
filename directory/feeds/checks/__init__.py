"""What is looked at in a record before it goes in, one kind of mistake a module; each says what to put right."""
