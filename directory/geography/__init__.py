"""Where places are, whose areas they lie in, how far it is: all of it offline."""
