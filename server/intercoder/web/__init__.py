"""HTTP: translates requests to service calls and back."""
