-- A rehearsal of a code and seed stands once: two processes that rehearse the same at once do not leave two.
--
-- Where they did, the younger one stays; a rehearsal may be repeated at any time.

SELECT set_config('onedoor.office', 'coordinator', true);

DELETE FROM round AS older USING round AS younger
WHERE older.code = younger.code AND older.rehearsal_seed = younger.rehearsal_seed
  AND (older.created_at, older.id) < (younger.created_at, younger.id);

CREATE UNIQUE INDEX rehearsal_stands_once ON round (code, rehearsal_seed) WHERE rehearsal_seed IS NOT NULL;
