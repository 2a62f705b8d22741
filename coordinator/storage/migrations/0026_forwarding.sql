-- How much of what happened to a round has been passed on to outside systems: so many entries of the trail were there.

CREATE TABLE forwarding (
    round uuid PRIMARY KEY REFERENCES round ON DELETE CASCADE,
    entries bigint NOT NULL CHECK (entries >= 0)
);

ALTER TABLE forwarding ENABLE ROW LEVEL SECURITY;
ALTER TABLE forwarding FORCE ROW LEVEL SECURITY;
CREATE POLICY coordinator ON forwarding USING (onedoor_is_coordinator());

CREATE INDEX audit_entry_by_action ON audit_entry (action, round);

GRANT SELECT, INSERT, UPDATE ON forwarding TO app;
