"""What residents see, and everybody's calendar addresses."""

from web.member import calendar as calendar
from web.member.views import blueprint as blueprint
