"""What is kept of services: as they are, as they were, and what people who own the data say of them."""
