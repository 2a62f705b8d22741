-- Requests of programs that change something, by the key each carries: the same key again gets the first answer.
--
-- Keys belong to one token (its digest). A row without an answer is a request in hand, or one whose process was killed.
CREATE TABLE program_request (
    owner bytea NOT NULL CHECK (length(owner) = 32),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    -- of method, path and body
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    began_at timestamptz NOT NULL,
    status integer CHECK (status BETWEEN 200 AND 499),
    headers jsonb,
    content bytea,
    PRIMARY KEY (owner, key),
    CONSTRAINT program_request_answer_is_whole
        CHECK ((status IS NULL) = (headers IS NULL) AND (status IS NULL) = (content IS NULL))
);

CREATE INDEX program_request_by_age ON program_request (began_at);

ALTER TABLE program_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE program_request FORCE ROW LEVEL SECURITY;
CREATE POLICY gate ON program_request USING (onedoor_is('gate'));
GRANT SELECT, INSERT, UPDATE, DELETE ON program_request TO app;
