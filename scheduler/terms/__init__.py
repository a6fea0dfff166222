"""The life of a programme: begun from another, ended, reopened, archived and handed over."""
