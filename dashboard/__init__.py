"""The directors' dashboard: reads result folders, starts runs as processes, leaves the model alone."""
