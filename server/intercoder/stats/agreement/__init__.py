"""Agreement of coders on units: coefficients, intervals, views, leverage."""
