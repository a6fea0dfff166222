"""Pages that are open to everyone."""

from web.public import address_changes as address_changes
from web.public import concern as concern
from web.public import date_answers as date_answers
from web.public import released as released
from web.public import unsubscribe as unsubscribe
from web.public import views as views
