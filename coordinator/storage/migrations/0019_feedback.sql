-- What firms say of inspections without their names, for those who supervise and nobody who inspects.
--
-- A row holds no firm, no letter and no hour. That a firm has spoken is kept apart and is the firm's alone to see, so
-- that each speaks once; and the entry in the trail is not for the offices that could tell who looked when.

CREATE TABLE feedback (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('rating', 'complaint')),
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    given_on date NOT NULL,
    stars smallint CHECK (stars BETWEEN 1 AND 5),
    about text NOT NULL,
    words text NOT NULL CHECK (length(words) <= 1000),
    CONSTRAINT feedback_rating_has_stars CHECK ((kind = 'rating') = (stars IS NOT NULL)),
    CONSTRAINT feedback_complaint_has_words CHECK (kind = 'rating' OR words <> '')
);

CREATE TABLE feedback_mark (
    round uuid NOT NULL REFERENCES round ON DELETE CASCADE,
    target text NOT NULL REFERENCES target,
    kind text NOT NULL CHECK (kind IN ('rating', 'complaint')),
    PRIMARY KEY (round, target, kind)
);

ALTER TABLE feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback FORCE ROW LEVEL SECURITY;
ALTER TABLE feedback_mark ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_mark FORCE ROW LEVEL SECURITY;

CREATE POLICY supervisor ON feedback FOR SELECT USING (onedoor_is_supervisor());
CREATE POLICY speaks ON feedback FOR INSERT WITH CHECK (
    onedoor_is('enterprise') AND EXISTS (SELECT FROM letter WHERE letter.round = feedback.round));
CREATE POLICY own ON feedback_mark USING (onedoor_is('enterprise') AND EXISTS (
    SELECT FROM letter WHERE letter.round = feedback_mark.round AND letter.target = feedback_mark.target));
CREATE POLICY feedback_is_not_traced ON audit_entry AS RESTRICTIVE FOR SELECT USING (
    action <> 'feedback_given' OR onedoor_is_supervisor() OR onedoor_is('auditor'));

GRANT SELECT, INSERT ON feedback, feedback_mark TO app;

CREATE TRIGGER feedback_is_final BEFORE UPDATE ON feedback FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
