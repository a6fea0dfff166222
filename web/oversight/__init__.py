"""What the oversight contact sees."""

from web.oversight import concerns as concerns
from web.oversight import pausing as pausing
from web.oversight import record as record
from web.oversight import views as views
