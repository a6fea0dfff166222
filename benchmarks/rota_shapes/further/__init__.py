"""Further kinds, one module each, as in :mod:`benchmarks.rota_shapes.shapes`."""
