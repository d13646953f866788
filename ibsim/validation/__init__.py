"""Validation: the model's own law set beside the printed tables that its rules rest on."""
