"""What a director sees: figures about a whole programme, and nothing about anybody in it."""

from web.director import across as across
from web.director import views as views
from web.director.blueprint import blueprint as blueprint
