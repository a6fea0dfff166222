"""What residents and faculty see, and everyone's calendar links."""

from web.member import availability as availability
from web.member import breaks as breaks
from web.member import calendar as calendar
from web.member import charter as charter
from web.member import first_questions as first_questions
from web.member import goals as goals
from web.member import help_map as help_map
from web.member import joining as joining
from web.member import letters as letters
from web.member import mail as mail
from web.member import openly as openly
from web.member import own_groups as own_groups
from web.member import own_place as own_place
from web.member import own_relations as own_relations
from web.member import own_rota as own_rota
from web.member import pairings as pairings
from web.member import session as session
from web.member import session_answers as session_answers
from web.member import staying_on as staying_on
from web.member import swaps as swaps
from web.member import told_answers as told_answers
from web.member import turns as turns
from web.member import views as views
from web.member.blueprint import blueprint as blueprint
