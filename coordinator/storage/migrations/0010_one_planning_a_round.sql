-- A round is planned by one job at a time: who asks while one is under way is shown that one.

UPDATE job SET state = 'cancelled', finished_at = now(), lease_until = NULL
WHERE kind = 'plan_round' AND state IN ('queued', 'running') AND id NOT IN (
    SELECT DISTINCT ON (payload ->> 'round') id FROM job
    WHERE kind = 'plan_round' AND state IN ('queued', 'running') ORDER BY payload ->> 'round', created_at);

CREATE UNIQUE INDEX job_plans_a_round_once ON job ((payload ->> 'round'))
    WHERE kind = 'plan_round' AND state IN ('queued', 'running');
CREATE INDEX job_of_round ON job (kind, (payload ->> 'round'), created_at) WHERE payload ? 'round';
