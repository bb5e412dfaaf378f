"""Product pictures for the demo shop of what nobody has photographed for us: glasses, hats, shoes, a dress, a skirt.

They are drawn by computation alone, and so are the glasses and hats that the tests are measured with. The shop shows
the JPEGs that `tryon demo --products` keeps in static/demo/products.
"""
