"""Forms: each kind of field is read in one way, a refused form comes back as typed, nothing is overwritten unseen.

:mod:`~web.forms.reader` has one parser and one wording for each kind of field, :mod:`~web.forms.answers` brings a
refused form back onto its page and lets its address answer to GET, :mod:`~web.forms.versions` notices what has
changed since a form was opened, and :mod:`~web.forms.fields` writes all of it into the page.
"""

from web.forms.answers import find_refused as find_refused
from web.forms.answers import form_on as form_on
from web.forms.answers import is_refusing as is_refusing
from web.forms.answers import refuse_address as refuse_address
from web.forms.fields import fill_form as fill_form
from web.forms.reader import Form as Form
from web.forms.reader import read_address as read_address
from web.forms.reader import read_form as read_form
from web.forms.versions import must_be_as_seen as must_be_as_seen
from web.forms.versions import must_be_as_shown as must_be_as_shown
