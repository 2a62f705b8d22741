/**
 * The document that was fixed before chance decided (draw.md §2): head, entries and frame, or the plan's table of chances.
 *
 * What each may hold is judged here; how chance decides is in chance.js.
 */

import {
  Broken, Unreadable, atLeast, bool, compareText, decode, digest, either, identifier, integer, list, lookalikes,
  map, matching, nothing, oneOf, orNull, readCanonical, record, refuse, strictlySorted, text,
} from "./texts.js";

export const FILES = { targets: ["entries.json", "frame.tsv", "head.json"], teams: ["head.json", "plan.json"] };
export const TRANSCRIPT = "transcript.json";
const CHANCE_TABLE = "chance table";
const LARGEST_SCALE = 1000000;

// ---- the transcript ----------------------------------------------------------------------------------------------

const SELECTION = record({
  entry: text, stratum: text, population: integer, size: integer, selected: list(text), alternates: list(text),
  batches: list(integer),
});
const RECORD = record({
  format: oneOf("onedoor/transcript/2"),
  stage: oneOf("targets", "teams"),
  round: text,
  attempt: atLeast(1),
  document: record({ digest, files: map(digest) }),
  commitments: map(digest),
  reveals: map(digest),
  beacon: text,
  rehearsal: bool,
  single_operator: bool,
  seed: orNull(digest),
  result: orNull(either(list(SELECTION), map(list(text)))),
  times: map(orNull(either(text, map(orNull(text))))),
});

export function readTranscript(bytes) {
  let loose;
  try {
    loose = JSON.parse(decode(bytes, () => ""));
  } catch {
    throw new Unreadable(TRANSCRIPT, "不是 UTF-8 的 JSON 文件。");
  }
  if (!loose || loose.format !== "onedoor/transcript/2") {
    throw new Unreadable(TRANSCRIPT, "不是 onedoor/transcript/2 格式的抽取记录。");
  }
  const value = readCanonical(TRANSCRIPT, bytes);
  RECORD(value, `${TRANSCRIPT} $`);
  const listed = Object.keys(value.document.files).sort(compareText);
  if (listed.join() !== FILES[value.stage].join()) {
    refuse(`${TRANSCRIPT} $.document.files`, `应恰好列出 ${FILES[value.stage].join("、")}。`);
  }
  refuseResult(value);
  return value;
}

function refuseResult({ stage, seed, result, rehearsal, beacon }) {
  if ((seed === null) !== (result === null)) {
    refuse(`${TRANSCRIPT} $.seed`, "种子与结果须同时有（抽取有效）或同时为 null（抽取作废）。");
  }
  if (seed === null && (rehearsal || beacon)) {
    refuse(`${TRANSCRIPT} $.seed`, "作废的抽取不是演练，也没有公共随机事件的结果。");
  }
  if (result !== null && Array.isArray(result) !== (stage === "targets")) {
    refuse(`${TRANSCRIPT} $.result`, `不是 ${stage} 阶段的结果。`);
  }
}

// ---- the head ----------------------------------------------------------------------------------------------------

const HEAD = record({
  format: oneOf("onedoor/head/2"),
  stage: oneOf("targets", "teams"),
  round: text,
  attempt: atLeast(1),
  hash: oneOf("sha256", "sm3"),
  parties: list(text),
  reveal_by: text,
  beacon: orNull(record({ source: matching(/[^]/, "非空的文字"), when: text, pattern: text })),
  previous: orNull(digest),
  targets: orNull(digest),
});

export function readHead(bytes) {
  const head = readCanonical("head.json", bytes);
  HEAD(head, "head.json $");
  identifier("head.json $.round", head.round);
  if (!head.parties.length) {
    refuse("head.json $.parties", "至少须有一方。");
  }
  head.parties.forEach((party, at) => identifier(`head.json $.parties[${at}]`, party));
  strictlySorted("head.json $.parties", head.parties);
  const revealBy = moment("head.json $.reveal_by", head.reveal_by);
  if (head.beacon) {
    if (moment("head.json $.beacon.when", head.beacon.when) <= revealBy) {
      refuse("head.json $.beacon.when", "公共随机事件须晚于公布秘密的截止时间。");
    }
    if (!/^\^[^\n]*[^\\](\\\\)*\$$/.test(head.beacon.pattern)) {
      refuse("head.json $.beacon.pattern", "正则表达式须以 ^ 开头、以 $ 结尾。");
    }
  }
  if ((head.previous === null) !== (head.attempt === 1)) {
    refuse("head.json $.previous", "首次抽取填 null，再次抽取须填上一次（作废）记录的摘要。");
  }
  if (head.targets && head.stage === "targets") {
    refuse("head.json $.targets", "抽取检查对象的文书此处须为 null。");
  }
  return head;
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970 of an RFC 3339 time with offset. */
function moment(place, written) {
  const [, clock = "", fraction = "", offset = ""] = TIME.exec(written) || [];
  const there = Date.parse(`${clock}Z`);
  const ahead = -Date.parse(`1970-01-01T00:00:00${offset}`);
  // Date.parse lets 30 February pass as 2 March
  const exists = !Number.isNaN(there + ahead) && new Date(there).toISOString().startsWith(clock) && clock >= "0001";
  return exists
    ? there - ahead + Number(`0${fraction}`) * 1000
    : refuse(place, `“${written}” 不是带时区的时间，应如 2026-03-01T20:00:00+08:00。`);
}

// ---- the frame ---------------------------------------------------------------------------------------------------

const RATIO = matching(/^(0(\.[0-9]{1,997})?|1(\.0{1,997})?)$/, "0 到 1 之间的小数");
const ENTRIES = list(
  record({
    id: text,
    strata: list(
      record({ id: text, ratio: RATIO, "minimum?": atLeast(0), "alternates?": atLeast(0), "batches?": atLeast(1) }),
    ),
  }),
);

/** The strata in order, each {entry, rule, targets}, still empty. */
export function readEntries(bytes) {
  const entries = readCanonical("entries.json", bytes);
  ENTRIES(entries, "entries.json $");
  strictlySorted("entries.json", entries.map((entry) => entry.id));
  return entries.flatMap((entry, at) => {
    identifier(`entries.json $[${at}].id`, entry.id);
    strictlySorted(`entries.json $[${at}].strata`, entry.strata.map((rule) => rule.id));
    return entry.strata.map((rule) => {
      identifier(`entries.json $[${at}].strata`, rule.id);
      return { entry: entry.id, rule: { minimum: 0, alternates: 0, batches: 1, ...rule }, targets: [] };
    });
  });
}

/** Fill the strata from the lines of frame.tsv, read as a stream of text: `entry TAB stratum TAB target LF`. */
export async function readFrame(strata, chunks) {
  const declared = new Map(strata.map((stratum) => [`${stratum.entry}\t${stratum.rule.id}`, stratum]));
  const units = { declared, number: 0, previous: "", seen: new Map(strata.map(({ entry }) => [entry, new Set()])) };
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    lines.forEach((line) => takeUnit(units, line));
  }
  if (rest) {
    refuse(`frame.tsv 第 ${units.number + 1} 行`, "末行没有换行。");
  }
  return strata;
}

function takeUnit(units, line) {
  units.number += 1;
  const place = `frame.tsv 第 ${units.number} 行`;
  const parts = line.split("\t");
  if (parts.length !== 3) {
    refuse(place, "应为 “任务 TAB 层 TAB 检查对象”。");
  }
  parts.forEach((part) => identifier(place, part));
  if (units.number > 1 && compareText(units.previous, line) >= 0) {
    refuse(place, units.previous === line ? "与上一行重复。" : "未按字节顺序排列。");
  }
  units.previous = line;
  const [entry, stratum, target] = parts;
  const found = units.declared.get(`${entry}\t${stratum}`);
  if (!found) {
    refuse(place, `entries.json 没有任务 “${entry}” 的层 “${stratum}”。`);
  }
  const seen = units.seen.get(entry);
  if (seen.has(target)) {
    refuse(place, `检查对象 “${target}” 在任务 “${entry}” 中属于两个层。`);
  }
  seen.add(target);
  found.targets.push(target);
}

export function frameLookalikes(strata) {
  const byEntry = new Map();
  strata.forEach(({ entry, rule }) => byEntry.set(entry, [...(byEntry.get(entry) || []), rule.id]));
  const targets = new Set(strata.flatMap((stratum) => stratum.targets));
  return [
    ...lookalikes(byEntry.keys()),
    ...[...byEntry.values()].flatMap((rules) => lookalikes(rules)),
    ...lookalikes(targets),
  ];
}

// ---- the plan ----------------------------------------------------------------------------------------------------

const open = { open: true };
const PLAN = record(
  {
    format: oneOf("onedoor/plan/1"),
    round: text,
    scale: integer,
    tours: list(
      record(
        {
          half_day: text,
          roles: list(record({ id: text, department: text, need: atLeast(0), chances: map(integer) }, open)),
        },
        open,
      ),
    ),
    "desk?": list(record({ id: text, need: atLeast(0), eligible: list(text) }, open)),
    "metrics?": nothing,
  },
  open,
);

/** What the lots need: {scale, roles: [{id, department, halfDay, need, chances: Map}], desk}. */
export function readPlan(bytes, head) {
  const value = readCanonical("plan.json", bytes);
  if (value && Object.hasOwnProperty.call(value, "metrics")) {
    refuse("plan.json $.metrics", "固定的计划不含 metrics。");
  }
  PLAN(value, "plan.json $");
  const roles = value.tours.flatMap((tour) =>
    tour.roles.map(({ id, department, need, chances }) => ({
      id, department, need, halfDay: tour.half_day, chances: new Map(Object.entries(chances)),
    })),
  );
  const desk = value.desk || [];
  refusePlanIdentifiers(value.round, roles, desk);
  if (value.round !== head.round) {
    refuse("plan.json $.round", `轮次 “${value.round}” 与文书首部的 “${head.round}” 不符。`);
  }
  return { scale: value.scale, roles, desk };
}

function refusePlanIdentifiers(round, roles, desk) {
  const once = new Set();
  for (const lot of [...roles, ...desk]) {
    identifier("plan.json 岗位或案头事项的 id", lot.id);
    if (once.has(lot.id)) {
      refuse(`plan.json “${lot.id}”`, "岗位或案头事项的 id 出现两次。");
    }
    once.add(lot.id);
  }
  const named = roles.flatMap((role) => [role.department, role.halfDay, ...role.chances.keys()]);
  new Set([round, ...named, ...desk.flatMap((matter) => matter.eligible)]).forEach((name) =>
    identifier(`plan.json “${name}”`, name),
  );
  const twice = desk.find((matter) => new Set(matter.eligible).size < matter.eligible.length);
  if (twice) {
    refuse(`plan.json 案头事项 “${twice.id}”`, "eligible 中有人出现两次。");
  }
}

/** Refuse a table of chances that breaks a rule of draw.md §5. */
export function refuseChances({ scale, roles, desk }) {
  const broken = (place, words) => {
    throw new Broken(CHANCE_TABLE, `plan.json ${place}`, words);
  };
  if (scale < 1 || scale > LARGEST_SCALE) {
    broken("$.scale", `scale 应在 1 与 ${LARGEST_SCALE} 之间，却是 ${scale}。`);
  }
  const shares = new Map();
  for (const { id, department, halfDay, need, chances } of roles) {
    let total = 0;
    for (const [inspector, chance] of chances) {
      if (chance < 0 || chance > scale) {
        broken(`岗位 “${id}”`, `“${inspector}” 的机会 ${chance} 不在 0 与 ${scale} 之间。`);
      }
      total += chance;
      const slot = `${inspector}\t${halfDay}`;
      const share = shares.get(slot) || shares.set(slot, new Map()).get(slot);
      share.set(department, (share.get(department) || 0) + chance);
    }
    if (total !== need * scale) {
      broken(`岗位 “${id}”`, `机会之和 ${total} 不等于 ${need} 人 × ${scale}。`);
    }
  }
  for (const [slot, share] of shares) {
    const [inspector, halfDay] = slot.split("\t");
    const positive = [...share].filter(([, total]) => total > 0);
    if (positive.length > 1 || positive.some(([, total]) => total > scale)) {
      broken(`人员 “${inspector}” 半天 “${halfDay}”`, `同一半天的机会之和超过 ${scale}，或分属两个部门。`);
    }
  }
  for (const { id, need, eligible } of desk) {
    if (need > eligible.length) {
      broken(`案头事项 “${id}”`, `需 ${need} 人，可派的只有 ${eligible.length} 人。`);
    }
  }
}

export function planLookalikes({ roles, desk }) {
  const inspectors = [...roles.flatMap((role) => [...role.chances.keys()]), ...desk.flatMap((lot) => lot.eligible)];
  return [
    ...lookalikes([...roles, ...desk].map((lot) => lot.id)),
    ...lookalikes(roles.map((role) => role.department)),
    ...lookalikes(roles.map((role) => role.halfDay)),
    ...lookalikes(inspectors),
  ];
}
