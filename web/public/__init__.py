"""Pages for everybody."""

from web.public import stopping as stopping
from web.public import views as views
