"""What facilitators see: their groups, deputies, their record, and prompts."""

from web.facilitator import appraisal as appraisal
from web.facilitator import deputies as deputies
from web.facilitator import directory as directory
from web.facilitator import record as record
from web.facilitator import views as views
from web.facilitator.blueprint import blueprint as blueprint
