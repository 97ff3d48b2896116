CREATE TABLE customers (
    consumer_id text PRIMARY KEY,
    first_name  text NOT NULL,
    last_name   text NOT NULL,
    language    text
);

-- Whom D1 still has to learn of. No personal data: the worker reads the customer as it is when it calls.
CREATE TABLE d1_outbox (
    consumer_id    text PRIMARY KEY REFERENCES customers,
    state          text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'registered', 'refused')),
    due            timestamptz NOT NULL DEFAULT now(),
    tries          integer NOT NULL DEFAULT 0,
    -- Of the last try that failed: how it ended, and what the vendor's support asks for.
    last_error     text,
    correlation_id text
);

CREATE INDEX d1_outbox_due ON d1_outbox (due) WHERE state = 'pending';
