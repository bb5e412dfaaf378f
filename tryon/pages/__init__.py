"""The hosted pages, rendered with Jinja and smoothed with HTMX; every form works without JavaScript too."""
