"""Documents to keep, as pages give them out (:mod:`scheduler.documents`)."""

from scheduler.documents import Document as Document
