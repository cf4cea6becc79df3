-- The roles of Tenure, and the two users that its programs connect as. Run it once with psql as a superuser, in
-- Tenure's database; the passwords are in the environment. If it runs again, it sets the passwords again.
\getenv migrate TENURE_MIGRATE_PASSWORD
\getenv serve TENURE_SERVE_PASSWORD

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tenure_owner', 'tenure_app', 'tenure_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', name);
        END IF;
    END LOOP;
    FOREACH name IN ARRAY ARRAY['tenure_migrate', 'tenure_serve'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOBYPASSRLS', name);
        END IF;
    END LOOP;
END $$;

-- A user with the rights of tenure_app and tenure_worker at once would see the rows of all partners. With NOINHERIT
-- it has the rights of one only, which it chooses when it connects.
ALTER ROLE tenure_serve NOINHERIT;

ALTER ROLE tenure_migrate PASSWORD :'migrate';
ALTER ROLE tenure_serve PASSWORD :'serve';

-- tenure_migrate owns the tables. `tenure doctor` connects as it and checks with the rights of the other two.
GRANT tenure_owner, tenure_app, tenure_worker TO tenure_migrate;
GRANT tenure_app, tenure_worker TO tenure_serve;

GRANT CREATE, USAGE ON SCHEMA public TO tenure_owner;
GRANT USAGE ON SCHEMA public TO tenure_app, tenure_worker;
