"""What guest coaches see: their group's names, charter and dates, what is asked of them, and their hours."""

from web.guest import views as views
from web.guest.blueprint import blueprint as blueprint
