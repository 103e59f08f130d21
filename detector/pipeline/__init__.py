"""The stages together: inspecting a photo, and importing marks."""
