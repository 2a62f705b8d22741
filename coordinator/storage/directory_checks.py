"""Work lists of the directories: what departments last handed in, asked for what is doubtful in it.

What each doubt means is said in domain/directory_checks.py.
"""

from collections.abc import Mapping
from datetime import date

from coordinator.domain.directory_checks import Doubt, Doubtful
from coordinator.storage.connection import Connection, fetch_all, fetch_value

LISTED = """
    WITH last AS MATERIALIZED (
        SELECT DISTINCT ON (department) department, round FROM submission JOIN round ON round.id = submission.round
        WHERE rehearsal_seed IS NULL ORDER BY department, round.created_at DESC),
    listed AS NOT MATERIALIZED (
        SELECT target_entry.* FROM target_entry WHERE (round, department) IN (SELECT round, department FROM last)
        AND id NOT IN (SELECT away FROM target_reference))
"""
# first only who is doubtful, then what is said of those few: of hundreds of thousands most are in order
_STATEMENTS: Mapping[Doubt, str] = {
    Doubt.NAMESAKES: """
        , doubtful AS (SELECT name FROM listed GROUP BY name HAVING min(id) <> max(id) ORDER BY name LIMIT $1)
        SELECT min(id) AS code, name, array_agg(DISTINCT department ORDER BY department) AS departments,
               string_agg(DISTINCT id, '、' ORDER BY id) AS found
        FROM listed JOIN doubtful USING (name) GROUP BY name ORDER BY name
    """,
    Doubt.CONTRADICTION: """
        , doubtful AS (
            SELECT id FROM listed GROUP BY id HAVING min(name) <> max(name) OR min(address) <> max(address)
            ORDER BY id LIMIT $1)
        SELECT id AS code, min(name) AS name, array_agg(DISTINCT department ORDER BY department) AS departments,
               string_agg(DISTINCT name || '，' || address, '；' ORDER BY name || '，' || address) AS found
        FROM listed JOIN doubtful USING (id) GROUP BY id ORDER BY id
    """,
    Doubt.OLD_CODE: """
        SELECT id AS code, min(name) AS name, array_agg(DISTINCT department ORDER BY department) AS departments,
               coalesce('登记的统一社会信用代码是 ' || (
                   SELECT min(code) FROM registration WHERE former_number = listed.id), id) AS found
        FROM listed WHERE length(id) = 15 AND id ~ '^[0-9]{15}$' GROUP BY id ORDER BY id LIMIT $1
    """,
    Doubt.CLOSED: """
        SELECT listed.id AS code, min(listed.name) AS name,
               array_agg(DISTINCT department ORDER BY department) AS departments, '登记状态：' || status AS found
        FROM registration CROSS JOIN LATERAL (VALUES (code), (nullif(former_number, ''))) AS known (id)
        JOIN listed ON listed.id = known.id
        WHERE status <> '存续' GROUP BY listed.id, status ORDER BY listed.id LIMIT $1
    """,
    Doubt.RENAMED: """
        SELECT id AS code, min(listed.name) AS name, array_agg(DISTINCT department ORDER BY department) AS departments,
               '登记的名称是 ' || registration.name AS found
        FROM listed JOIN registration ON registration.code = listed.id AND registration.name <> listed.name
        GROUP BY id, registration.name ORDER BY id LIMIT $1
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


async def basis(db: Connection) -> str:
    """Tell what the lists are made of: as long as it is the same, so are they."""
    sql = """
        SELECT md5(concat(
            (SELECT string_agg(concat_ws(' ', round, department, sha256, taken_digest), ',' ORDER BY round, department)
             FROM submission JOIN round ON round.id = submission.round WHERE rehearsal_seed IS NULL),
            (SELECT coalesce(max(taken_at)::text, '') || coalesce(sum("rows"), 0) FROM registry_batch),
            (SELECT string_agg(id::text, ',' ORDER BY id) FROM target_reference)))
    """
    return await fetch_value(db, str, sql)


async def doubtful(db: Connection, doubt: Doubt, most: int, today: date) -> list[Doubtful]:
    """The first rows of one work list, as far as the actor may read them."""
    values = (most, today) if doubt is Doubt.EXPIRED else (most,)
    return await fetch_all(db, Doubtful, LISTED + _STATEMENTS[doubt], *values)
