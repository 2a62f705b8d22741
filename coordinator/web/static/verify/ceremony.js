/**
 * Commitments, reveals and the seed they make (draw.md §3): printable lines and their digests, and the rules between.
 */

import { digestOfLines } from "./hashes.js";
import { Broken, Unreadable, pairs } from "./texts.js";

const FEWEST_REVEALS = 2;

const drawLines = ({ head, digest }) => [
  ["stage", head.stage],
  ["round", head.round],
  ["attempt", String(head.attempt)],
  ["document", digest],
];
const partyLines = (label, byParty) => pairs(byParty).map(([party, hexText]) => [label, hexText, party]);

export const commitment = (document, party, secret) =>
  digestOfLines(document.head.hash, [
    ["onedoor/commit/2"], ...drawLines(document), ["party", party], ["secret", secret],
  ]);

export const deriveSeed = (document, { commitments, reveals, beacon }) =>
  digestOfLines(document.head.hash, [
    ["onedoor/seed/2"],
    ...drawLines(document),
    ...partyLines("commitment", commitments),
    ...partyLines("reveal", reveals),
    ["beacon", beacon],
  ]);

/** The digests that signed minutes hold: of the commitment lines, and of the reveal lines. */
export const linesDigest = (document, label, byParty) =>
  digestOfLines(document.head.hash, partyLines(label, byParty));

export function refuseCommitments(head, commitments) {
  for (const [party] of pairs(commitments)) {
    if (!head.parties.includes(party)) {
      throw new Broken("commitment", `commitments “${party}”`, "不是 head.json 所列的参与方。");
    }
  }
}

export function refuseReveals(document, { commitments, reveals }) {
  const revealed = new Map();
  for (const [party, secret] of pairs(reveals)) {
    const broken = (words) => {
      throw new Broken("reveal", `reveals “${party}”`, words);
    };
    if (!Object.hasOwnProperty.call(commitments, party)) {
      broken("没有提交过承诺（commitment），公布的秘密无效。");
    }
    if (commitment(document, party, secret) !== commitments[party]) {
      broken("公布的秘密与其承诺（commitment）不符。");
    }
    if (revealed.has(secret)) {
      broken(`与 “${revealed.get(secret)}” 公布了同一个秘密。`);
    }
    revealed.set(secret, party);
  }
}

/** Why no seed may be derived and the attempt is void, or nothing. */
export function reasonVoid(head, { commitments, reveals, single_operator: isSingleOperator }) {
  const silent = silentParties({ commitments, reveals });
  if (silent.length && head.beacon === null) {
    return `没有公共随机事件时须全部公布，而 ${silent.join("、")} 未公布秘密，本次作废。`;
  }
  const fewest = isSingleOperator ? Math.min(FEWEST_REVEALS, head.parties.length) : FEWEST_REVEALS;
  const count = Object.keys(reveals).length;
  return count < fewest ? `至少须有 ${fewest} 方公布秘密，实有 ${count} 方，本次作废。` : "";
}

export const silentParties = ({ commitments, reveals }) =>
  pairs(commitments)
    .map(([party]) => party)
    .filter((party) => !Object.hasOwnProperty.call(reveals, party));

/** Judge the seed's origin: given in a rehearsal, absent from a void attempt, else derived. */
export function matchSeed(document, transcript, voided) {
  if (transcript.rehearsal) {
    return;
  }
  if (voided && transcript.seed) {
    throw new Broken("reveal", "transcript.json $.reveals", voided);
  }
  if (!transcript.seed) {
    if (!voided) {
      throw new Broken("seed", "transcript.json $.seed", "各方均已依规公布，却没有种子。");
    }
    return;
  }
  refuseBeacon(document.head.beacon, transcript.beacon);
  const seed = deriveSeed(document, transcript);
  if (seed !== transcript.seed) {
    throw new Broken("seed", "transcript.json $.seed", `种子应为 ${seed}。`);
  }
}

function refuseBeacon(beacon, outcome) {
  if (beacon === null && outcome) {
    throw new Broken("seed", "beacon", "head.json 没有公共随机事件，此处应为空。");
  }
  if (beacon && !pattern(beacon.pattern).test(outcome)) {
    throw new Broken("seed", "beacon", `“${outcome}” 不符合 head.json 规定的写法 ${beacon.pattern}。`);
  }
}

function pattern(written) {
  try {
    return new RegExp(`^(?:${written})$`, "u");
  } catch {
    throw new Unreadable("head.json $.beacon.pattern", "浏览器不认识这个正则表达式；请用 verify_draw.py 核对。");
  }
}
