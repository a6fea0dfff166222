"""The pages and feeds: Flask over the services of ``scheduler``."""

from web import garbage

garbage.look_seldom()  # before the hundreds of modules that any process of pages imports next
