"""Work outside a request: names of jobs to service calls, and the two engines that run them."""
