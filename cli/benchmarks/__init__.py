"""What `frontdoor bench` measures, one module a figure. Each has `measure()`, which yields `Figure`s."""
