"""A model set against figures of years that it knew nothing of, beside no change and other forecasts."""
