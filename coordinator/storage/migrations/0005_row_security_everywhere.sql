-- Row-level security for the tables that named no department and so stood open: whole rounds, draws, plans, jobs, trail.
--
-- The coordinating office sees all and alone writes, supervisors read all. A department reads what belongs to it, each
-- policy asking a table that names departments. What every party of a round may see from the start (its documents of
-- draws and its plan, coordinator/domain/disclosure.py) belongs to each department that handed in for that round.
-- Department policies ask onedoor_department() first, so that nobody else pays for the EXISTS behind it.

-- The problem holds every department's recusals and absences and is never a department's to see; the plan is.
CREATE TABLE plan_problem (
    plan uuid PRIMARY KEY REFERENCES plan ON DELETE CASCADE,
    content bytea NOT NULL
);

INSERT INTO plan_problem SELECT id, problem FROM plan;
ALTER TABLE plan DROP COLUMN problem;
GRANT SELECT, INSERT ON plan_problem TO app;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY[
        'round', 'target', 'batch', 'exclusion', 'draw', 'draw_file', 'commitment', 'drawn_target', 'plan',
        'plan_problem', 'tour', 'visit', 'visit_matter', 'chance', 'team_member', 'desk_member', 'job', 'audit_entry']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY coordinator ON %I USING (onedoor_is_coordinator())', guarded);
        EXECUTE format('CREATE POLICY supervisor ON %I FOR SELECT USING (onedoor_is_supervisor())', guarded);
    END LOOP;

    FOREACH guarded IN ARRAY ARRAY['draw', 'plan']
    LOOP
        EXECUTE format(
            'CREATE POLICY taking_part ON %1$I FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS ('
            'SELECT FROM submission WHERE submission.round = %1$I.round AND department = onedoor_department()))',
            guarded);
    END LOOP;

    FOREACH guarded IN ARRAY ARRAY['batch', 'drawn_target']
    LOOP
        EXECUTE format(
            'CREATE POLICY own_task ON %1$I FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS ('
            'SELECT FROM plan_line WHERE plan_line.round = %1$I.round AND plan_line.task = %1$I.task'
            ' AND department = onedoor_department()))',
            guarded);
    END LOOP;

    -- an inspector who is lent goes in another department's role and stays the lender's
    FOREACH guarded IN ARRAY ARRAY['chance', 'team_member']
    LOOP
        EXECUTE format(
            'CREATE POLICY own_role ON %1$I FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS ('
            'SELECT FROM role WHERE role.plan = %1$I.plan AND role.id = %1$I.role'
            ' AND department = onedoor_department()))',
            guarded);
        EXECUTE format(
            'CREATE POLICY own_inspector ON %1$I FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS ('
            'SELECT FROM plan JOIN inspector ON inspector.round = plan.round WHERE plan.id = %1$I.plan'
            ' AND inspector.id = %1$I.inspector AND department = onedoor_department()))',
            guarded);
    END LOOP;

    FOREACH guarded IN ARRAY ARRAY['visit_matter', 'desk_member']
    LOOP
        EXECUTE format(
            'CREATE POLICY own_matter ON %1$I FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS ('
            'SELECT FROM plan JOIN matter ON matter.round = plan.round WHERE plan.id = %1$I.plan'
            ' AND matter.id = %1$I.matter AND department = onedoor_department()))',
            guarded);
    END LOOP;
END
$$;

CREATE POLICY taking_part ON round FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM submission WHERE submission.round = round.id AND department = onedoor_department()));

CREATE POLICY of_visible_draw ON draw_file FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM draw WHERE draw.id = draw_file.draw));

CREATE POLICY own_task ON exclusion FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM plan_line WHERE plan_line.round = exclusion.round AND plan_line.task = exclusion.entry
    AND department = onedoor_department()));

CREATE POLICY own_role ON tour FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM role WHERE role.plan = tour.plan AND role.tour = tour.id AND department = onedoor_department()));

CREATE POLICY own_role ON visit FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM role WHERE role.plan = visit.plan AND role.tour = visit.tour AND department = onedoor_department()));

CREATE POLICY own_entry ON target FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM target_entry WHERE target_entry.id = target.id AND department = onedoor_department()));
CREATE POLICY own_matter ON target FOR SELECT USING (onedoor_department() IS NOT NULL AND EXISTS (
    SELECT FROM matter WHERE matter.target = target.id AND department = onedoor_department()));

-- A party commits and reveals for itself, and sees no other party's secret.
CREATE POLICY own_secret ON commitment FOR SELECT USING (party = onedoor_department());
CREATE POLICY own_reveal ON commitment FOR UPDATE USING (party = onedoor_department());
CREATE POLICY own_commitment ON commitment FOR INSERT WITH CHECK (
    party = onedoor_department() AND EXISTS (SELECT FROM draw WHERE draw.id = commitment.draw));

-- Whoever acts leaves a trace; a department reads what concerns it by name. Entries of older versions may hold a seed.
CREATE POLICY own_trace ON audit_entry FOR INSERT WITH CHECK (onedoor_actor() IS NOT NULL);
CREATE POLICY about_department ON audit_entry FOR SELECT USING (
    subject = onedoor_department() AND NOT facts ? 'seed');

CREATE INDEX role_by_tour ON role (plan, tour);
CREATE INDEX visit_by_tour ON visit (plan, tour);
CREATE INDEX matter_by_target ON matter (target, department);
