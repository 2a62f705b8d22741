"""Work lists of the directories: what departments last handed in, asked for what is doubtful in it.

What each doubt means is said in domain/directory_checks.py.
"""

from collections.abc import Mapping
from datetime import date

from coordinator.domain.directory_checks import Doubt, Doubtful
from coordinator.storage.connection import Connection, fetch_all

LISTED = """
    WITH last AS (
        SELECT DISTINCT ON (department) department, round FROM submission JOIN round ON round.id = submission.round
        WHERE rehearsal_seed IS NULL ORDER BY department, round.created_at DESC),
    listed AS (SELECT target_entry.* FROM target_entry JOIN last USING (round, department))
"""
_STATEMENTS: Mapping[Doubt, str] = {
    Doubt.NAMESAKES: """
        SELECT min(id) AS code, name, array_agg(DISTINCT department ORDER BY department) AS departments,
               string_agg(DISTINCT id, '、' ORDER BY id) AS found
        FROM listed GROUP BY name HAVING count(DISTINCT id) > 1 ORDER BY name LIMIT $1
    """,
    Doubt.CONTRADICTION: """
        SELECT id AS code, min(name) AS name, array_agg(DISTINCT department ORDER BY department) AS departments,
               string_agg(DISTINCT name || '，' || address, '；' ORDER BY name || '，' || address) AS found
        FROM listed GROUP BY id HAVING count(DISTINCT (name, address)) > 1 ORDER BY id LIMIT $1
    """,
    Doubt.OLD_CODE: """
        SELECT id AS code, min(name) AS name, array_agg(DISTINCT department ORDER BY department) AS departments,
               id AS found
        FROM listed WHERE id ~ '^[0-9]{15}$' GROUP BY id ORDER BY id LIMIT $1
    """,
    Doubt.INCOMPLETE: """
        SELECT id AS code, name, ARRAY[department] AS departments,
               concat_ws('、', CASE WHEN credit_risk IS NULL THEN '信用风险等级' END,
                         CASE WHEN area IS NULL THEN '所在区域' END,
                         CASE WHEN industries = '{}' THEN '行业' END) AS found
        FROM listed WHERE credit_risk IS NULL OR area IS NULL OR industries = '{}' ORDER BY id, department LIMIT $1
    """,
    Doubt.EXPIRED: """
        SELECT id AS code, name, ARRAY[department] AS departments,
               coalesce('有效期至 ' || certificate_expires_on, '没有填有效期') AS found
        FROM inspector JOIN last USING (round, department)
        WHERE kind = '执法人员' AND (certificate = '' OR certificate_expires_on IS NULL OR certificate_expires_on < $2)
        ORDER BY id LIMIT $1
    """,
}


async def doubtful(db: Connection, doubt: Doubt, most: int, today: date) -> list[Doubtful]:
    """The first rows of one work list, as far as the actor may read them."""
    values = (most, today) if doubt is Doubt.EXPIRED else (most,)
    return await fetch_all(db, Doubtful, LISTED + _STATEMENTS[doubt], *values)
