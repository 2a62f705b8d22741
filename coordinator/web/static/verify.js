/**
 * Verification of a draw in the browser (draw.md §6): from a transcript and its files, recompute everything and name the
 * first thing that does not hold. The same verdict, in the same words, comes from `onedoor verify`.
 *
 * Files come as Blobs and are read as streams. This module shows nothing: check.js does.
 */

import { commitment, linesDigest, matchSeed, reasonVoid, refuseCommitments, refuseReveals, silentParties }
  from "./verify/ceremony.js";
import { drawDepartment, drawDesk, drawStratum, fraction, numbersOf, sizeOf } from "./verify/chance.js";
import {
  FILES, TRANSCRIPT, frameLookalikes, planLookalikes, readEntries, readFrame, readHead, readPlan, readTranscript,
  refuseChances,
} from "./verify/documents.js";
import { Hash, digestOf, hex } from "./verify/hashes.js";
import { Broken, Unreadable, compareText, pairs, refuse, sortedByText } from "./verify/texts.js";

export { Broken, Unreadable, commitment, drawDepartment, drawDesk, drawStratum, numbersOf };

const CHECKS = {
  format: "格式",
  "file digest": "文件摘要",
  "document digest": "文书摘要",
  commitment: "承诺",
  reveal: "公布",
  seed: "种子",
  size: "抽取数量",
  selection: "抽中名单",
  "chance table": "机会表",
  lot: "抽签结果",
};
const STAGES = { targets: "抽取检查对象", teams: "抽取检查人员" };

/** The names of the files that must lie beside a transcript; throws where it cannot be read. */
export const filesBeside = async (transcript) => FILES[readTranscript(await bytesOf(transcript)).stage];

/**
 * Verify a transcript (Blob) with its files (name → Blob).
 *
 * Returns {failure: {check, place, text}} or {verified: …}; throws Unreadable where there is nothing to judge. `tell`
 * hears in words what is being recomputed.
 */
export async function verify(transcript, files, tell = () => {}) {
  try {
    return { verified: await examine(await bytesOf(transcript), files, tell) };
  } catch (error) {
    if (error instanceof Broken) {
      return { failure: error };
    }
    throw error;
  }
}

async function examine(bytes, files, tell) {
  const transcript = readTranscript(bytes);
  const { algorithm, digest } = await matchFiles(transcript, files, tell);
  const document = { head: readHead(await bytesOf(files["head.json"])), digest };
  const source = await readSource(transcript.stage, document.head, files, tell);
  matchHead(transcript, document.head);
  refuseCommitments(document.head, transcript.commitments);
  refuseReveals(document, transcript);
  const voided = transcript.rehearsal ? "" : reasonVoid(document.head, transcript);
  matchSeed(document, transcript, voided);
  if (transcript.seed) {
    await matchOutcome(transcript, source, numbersOf(transcript.seed, document.head.hash), tell);
  }
  return {
    head: document.head,
    rehearsal: transcript.rehearsal,
    singleOperator: transcript.single_operator,
    voided,
    out: document.head.parties.filter((party) => !Object.hasOwnProperty.call(transcript.commitments, party)),
    silent: silentParties(transcript),
    certain: source.certain(),
    lookalikes: source.lookalikes(),
    digests: {
      document: digest,
      commitments: linesDigest(document, "commitment", transcript.commitments),
      reveals: linesDigest(document, "reveal", transcript.reveals),
      transcript: hex(new Hash(algorithm).update(bytes).digest()),
    },
  };
}

// ---- files -------------------------------------------------------------------------------------------------------

const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** A blob's chunks; old browsers cannot iterate a stream themselves. */
async function* chunksOf(blob) {
  const reader = blob.stream().getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    yield read.value;
  }
}

async function* textOf(name, blob) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of chunksOf(blob)) {
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? new Broken("format", name, "不是 UTF-8 文字。") : error;
  }
}

async function fileDigest(algorithm, blob) {
  const hash = new Hash(algorithm);
  for await (const chunk of chunksOf(blob)) {
    hash.update(chunk);
  }
  return hex(hash.digest());
}

/** Compare the digests of the files and of the document with those recorded. The hash stands in the head. */
async function matchFiles(transcript, files, tell) {
  const recorded = pairs(transcript.document.files);
  const missing = recorded.find(([name]) => !files[name]);
  if (missing) {
    throw new Unreadable(missing[0], "缺少这个文件，它应与抽取记录放在同一文件夹。");
  }
  const head = new TextDecoder().decode(await bytesOf(files["head.json"]));
  const algorithm = head.includes('"hash":"sm3"') ? "sm3" : "sha256";
  let listing = "";
  for (const [name] of recorded) {
    tell(`计算 ${name} 的摘要`);
    listing += `${await fileDigest(algorithm, files[name])}  ${name}\n`;
  }
  for (const [at, [name, digest]] of recorded.entries()) {
    const found = listing.split("\n")[at].slice(0, digest.length);
    if (found !== digest) {
      throw new Broken("file digest", name, `摘要是 ${found}，与记录不符，文件已被改动。`);
    }
  }
  const digest = digestOf(algorithm, listing);
  if (digest !== transcript.document.digest) {
    throw new Broken("document digest", `${TRANSCRIPT} $.document.digest`, `文书的摘要应为 ${digest}。`);
  }
  return { algorithm, digest };
}

function matchHead(transcript, head) {
  for (const name of ["stage", "round", "attempt"]) {
    if (transcript[name] !== head[name]) {
      refuse(`${TRANSCRIPT} $.${name}`, `“${transcript[name]}” 与 head.json 的 “${head[name]}” 不符。`);
    }
  }
}

async function readSource(stage, head, files, tell) {
  if (head.stage !== stage) {
    refuse("head.json $.stage", `不是 ${stage} 阶段的文书。`);
  }
  if (stage === "teams") {
    const plan = readPlan(await bytesOf(files["plan.json"]), head);
    return { plan, certain: () => certainInPlan(plan), lookalikes: () => planLookalikes(plan) };
  }
  tell("读取抽样框 frame.tsv");
  const strata = readEntries(await bytesOf(files["entries.json"]));
  await readFrame(strata, textOf("frame.tsv", files["frame.tsv"]));
  return {
    strata,
    certain: () => strata.flatMap(certainInStratum),
    lookalikes: () => frameLookalikes(strata),
  };
}

// ---- the outcome -------------------------------------------------------------------------------------------------

/** Let the browser draw a breath between two long computations. */
const breath = () => new Promise((resolve) => setTimeout(resolve));

async function matchOutcome(transcript, source, number, tell) {
  if (source.plan) {
    matchTeams(transcript.result, await drawPlan(source.plan, number, tell));
  } else {
    await matchSelections(transcript.result, source.strata, number, tell);
  }
}

async function matchSelections(recorded, strata, number, tell) {
  if (recorded.length !== strata.length) {
    throw new Broken("size", `${TRANSCRIPT} $.result`, `应有 ${strata.length} 层，却有 ${recorded.length} 层。`);
  }
  const drawn = [];
  for (const [at, stratum] of strata.entries()) {
    tell(`重新抽取任务 ${stratum.entry} 层 ${stratum.rule.id}（${at + 1}/${strata.length}）`);
    drawn.push(drawStratum(stratum, number));
    await breath();
  }
  drawn.forEach((shouldBe, at) => {
    for (const name of ["entry", "stratum", "population", "size"]) {
      if (recorded[at][name] !== shouldBe[name]) {
        const words = `应为 “${shouldBe[name]}”，却是 “${recorded[at][name]}”。`;
        throw new Broken("size", `${TRANSCRIPT} $.result[${at}].${name}`, words);
      }
    }
  });
  drawn.forEach((shouldBe, at) => {
    if (["selected", "alternates", "batches"].some((name) => !sameLists(recorded[at][name], shouldBe[name]))) {
      const words = `任务 “${shouldBe.entry}” 层 “${shouldBe.stratum}” 的抽中名单、递补顺序或批次与重新计算的不同。`;
      throw new Broken("selection", `${TRANSCRIPT} $.result[${at}]`, words);
    }
  });
}

const sameLists = (one, other) => one.length === other.length && one.every((item, at) => item === other[at]);

async function drawPlan(plan, number, tell) {
  refuseChances(plan);
  const teams = new Map(plan.desk.map((matter) => [matter.id, drawDesk(matter, number)]));
  const departments = sortedByText(new Set(plan.roles.map((role) => role.department)));
  for (const department of departments) {
    tell(`重新抽签：${department}`);
    const roles = plan.roles.filter((role) => role.department === department);
    drawDepartment(roles, plan.scale, number).forEach((team, role) => teams.set(role, team));
    await breath();
  }
  return teams;
}

function matchTeams(result, drawn) {
  const recorded = new Map(Object.entries(result));
  for (const lot of sortedByText(new Set([...recorded.keys(), ...drawn.keys()]))) {
    if (!recorded.has(lot) || !drawn.has(lot) || !sameLists(recorded.get(lot), drawn.get(lot))) {
      const words = `应为 ${(drawn.get(lot) || []).join("、") || "无人"}。`;
      throw new Broken("lot", `${TRANSCRIPT} $.result “${lot}”`, words);
    }
  }
}

// ---- what was certain beforehand ---------------------------------------------------------------------------------

function certainInStratum({ entry, rule, targets }) {
  const place = `任务 “${entry}” 层 “${rule.id}”`;
  const population = targets.length;
  if (!population) {
    return [`${place}：没有对象，不抽取。`];
  }
  const size = sizeOf(rule, population);
  const [part, whole] = fraction(rule.ratio);
  const lines = [];
  if (size === 0) {
    lines.push(`${place}：${population} 户一户不抽（n = 0）。`);
  } else if (size === population) {
    lines.push(`${place}：${population} 户全部抽中（n = N），与种子无关。`);
  }
  if (BigInt(size) * whole !== part * BigInt(population)) {
    lines.push(`${place}：比例 ${rule.ratio}，取整或按最低数后为 ${size}/${population}。`);
  }
  return lines;
}

function certainInPlan({ scale, roles, desk }) {
  const lines = [];
  for (const role of roles) {
    for (const [inspector, chance] of [...role.chances].sort(([a], [b]) => compareText(a, b))) {
      if (chance === 0) {
        lines.push(`岗位 “${role.id}”：“${inspector}” 的机会为 0，不会中签。`);
      } else if (chance === scale) {
        lines.push(`岗位 “${role.id}”：“${inspector}” 的机会为 ${scale}/${scale}，必定中签。`);
      }
    }
  }
  desk
    .filter((matter) => matter.need === matter.eligible.length)
    .forEach(({ id, need }) => lines.push(`案头事项 “${id}”：可派的 ${need} 人全部派出，与种子无关。`));
  return lines;
}

// ---- in words ----------------------------------------------------------------------------------------------------

/** The first line of a verdict, whether the draw holds, and the others, as lists of text. */
export function inWords({ failure, verified }) {
  if (failure) {
    const { check, place, text } = failure;
    return { verdict: `不成立。${CHECKS[check]}（${check}）不符：${place}：${text}`, remarks: [], certain: [], digests: [] };
  }
  const { head, digests } = verified;
  return {
    verdict: `成立。轮次 ${head.round}，${STAGES[head.stage]}（${head.stage}），第 ${head.attempt} 次抽取。`,
    remarks: remarks(verified),
    certain: verified.certain.length ? verified.certain : ["没有。"],
    digests: [
      `文书 ${digests.document}`,
      `承诺 ${digests.commitments}`,
      `公布 ${digests.reveals}`,
      `抽取记录 ${digests.transcript}`,
    ],
  };
}

function remarks({ head, rehearsal, singleOperator, voided, out, silent, lookalikes }) {
  const lines = voided ? [`没有抽取：${voided}`] : [];
  if (rehearsal) {
    lines.push("这是演练：种子是给定的，不是由承诺推出的；除种子来源外均已核对。");
  } else {
    lines.push(
      ...(head.beacon === null ? ["本次抽取没有公共随机事件。"] : []),
      ...out.map((party) => `${party} 没有提交承诺，未参与本次抽取。`),
      ...silent.map((party) => `${party} 提交了承诺而没有公布秘密。`),
    );
  }
  if (singleOperator) {
    lines.push("计算可复核，但不能证明种子未经挑选。");
  }
  if (head.attempt > 1) {
    lines.push(`此前有 ${head.attempt - 1} 次抽取作废；使抽取作废的一方，每次多看到一个本不该看到的结果。`);
  }
  if (head.stage === "teams" && head.targets === null) {
    lines.push("文书没有写明本轮抽取检查对象的记录，只许用于测试。");
  }
  return [...lines, ...lookalikes.map((group) => `请留意，下列标识看上去相同：${group.join("、")}。`)];
}
