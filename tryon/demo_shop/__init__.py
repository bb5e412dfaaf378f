"""The demo shop: a small merchant of its own, on an origin of its own, integrated as any other would be.

It knows the system only through the public API and the embed's snippet, with keys as every merchant has them. Where
no second port is to be had, the system serves the same pages at /demo.
"""
