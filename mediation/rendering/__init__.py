"""Facts to paper: templates, what they read, and the papers they make."""
