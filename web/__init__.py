"""The pages and feeds: Flask over the services of ``scheduler``."""
