"""What coordinators see and do."""

from web.coordinator import availability as availability
from web.coordinator import calendars as calendars
from web.coordinator import charter as charter
from web.coordinator import joining as joining
from web.coordinator import mail as mail
from web.coordinator import overview as overview
from web.coordinator import patterns as patterns
from web.coordinator import people as people
from web.coordinator import plans as plans
from web.coordinator import rota_waiting as rota_waiting
from web.coordinator import rotas as rotas
from web.coordinator import rules as rules
from web.coordinator import runs as runs
from web.coordinator import sharing as sharing
from web.coordinator.blueprint import blueprint as blueprint
