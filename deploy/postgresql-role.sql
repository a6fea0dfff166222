-- The role under which Mentor Rounds runs: it reads and writes rows, and changes no table.
--
-- Run this in the installation's database, as the role that owns its tables, once these are there and again after
-- each upgrade (it may be run any number of times). Its password is set beside it, by \password rounds_app in psql.
-- docs/operating.md says how the two roles are used.

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rounds_app') THEN
        CREATE ROLE rounds_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO rounds_app', current_database());
END $$;

-- Nobody makes tables here but their owner, not even temporary ones.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;

GRANT USAGE ON SCHEMA public TO rounds_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO rounds_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO rounds_app;

-- The same for tables that later upgrades make.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO rounds_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO rounds_app;

-- The queue that workers share is in a schema of its own, whose tables a library made.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'procrastinate') THEN
        GRANT USAGE ON SCHEMA procrastinate TO rounds_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA procrastinate TO rounds_app;
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA procrastinate TO rounds_app;
        REVOKE INSERT, UPDATE, DELETE ON procrastinate.applied FROM rounds_app;
    END IF;
END $$;

-- Which migrations have run is their owner's to say. (It may be written down again: /readyz finds out by this whether
-- anything can be stored.)
REVOKE INSERT, DELETE ON alembic_version FROM rounds_app;

-- The record of who did what only grows: its lines are sealed once they are written, and name the entry that remains
-- where two entries of one person are merged. What they say can be neither changed nor deleted.
REVOKE UPDATE, DELETE ON audit, audit_head FROM rounds_app;
GRANT UPDATE (place, digest, actor_then, actor_id) ON audit TO rounds_app;
GRANT UPDATE (place, digest) ON audit_head TO rounds_app;
