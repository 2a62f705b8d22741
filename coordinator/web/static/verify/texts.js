/**
 * Text and JSON as draw.md §1 wants them: canonical, NFC, sorted by code points, nothing invisible; refused, not repaired.
 *
 * A shape is a function (value, place) that throws at the first thing that does not fit. What the values mean is not
 * known here.
 */

/** A check that does not hold: which, where, and why in Chinese. */
export class Broken extends Error {
  constructor(check, place, text) {
    super(`${place}：${text}`);
    Object.assign(this, { check, place, text });
  }
}

/** What cannot be examined here: missing, not JSON, of another format, or beyond what this page can count. */
export class Unreadable extends Error {
  constructor(place, text) {
    super(`${place}：${text}`);
  }
}

export const FORMAT = "format";

const CONTROL = "\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff";
const INVISIBLE = "\\u2028\\u2029\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff";
const CONTROL_CHARACTER = new RegExp(`[${CONTROL}]`, "u");
const FORBIDDEN = new RegExp(`[${CONTROL}${INVISIBLE}]`, "u");

export const refuse = (place, text) => {
  throw new Broken(FORMAT, place, text);
};

/** Compare by code points, which is the order of UTF-8 bytes; JavaScript's own order is that of UTF-16. */
export function compareText(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      return codeUnitPlace(x) - codeUnitPlace(y);
    }
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF, so they come after U+E000 to U+FFFF. */
const codeUnitPlace = (unit) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

export const sortedByText = (texts) => [...texts].sort(compareText);

/** The pairs of a JSON object whose keys are identifiers, in their order. */
export const pairs = (object) => Object.entries(object).sort(([a], [b]) => compareText(a, b));

export function identifier(place, text) {
  if (text === "") {
    refuse(place, "标识为空。");
  }
  const found = FORBIDDEN.exec(text);
  if (found) {
    refuse(place, `标识含不许使用的字符 U+${codePoint(found[0])}。`);
  }
  if (text.normalize("NFC") !== text) {
    refuse(place, "标识不是 NFC 形式。");
  }
}

const codePoint = (text) => text.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");

/** Refuse unless each identifier comes after the one before it, so that none stands twice. */
export function strictlySorted(place, identifiers) {
  identifiers.forEach((text, at) => {
    if (at && compareText(identifiers[at - 1], text) >= 0) {
      refuse(place, `“${text}” 出现两次，或次序不对。`);
    }
  });
}

/** The groups of identifiers that NFKC makes equal: a warning, no error. */
export function lookalikes(identifiers) {
  const all = new Set(identifiers);
  const groups = new Map();
  for (const text of all) {
    const folded = text.normalize("NFKC");
    if (folded !== text) {
      groups.set(folded, (groups.get(folded) || new Set(all.has(folded) ? [folded] : [])).add(text));
    }
  }
  return sortedByText(groups.keys())
    .map((folded) => sortedByText(groups.get(folded)))
    .filter((group) => group.length > 1);
}

/** Read bytes that must be canonical JSON: writing them again must give the same bytes. */
export function readCanonical(name, bytes) {
  const text = decode(bytes, () => refuse(name, "不是 UTF-8 的文字。"));
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    refuse(name, "不是 JSON。");
  }
  if (write(name, "$", value) !== text) {
    refuse(name, "不是规范写法：键须排序且不重复，不留空白，不作多余转义，文末不换行。");
  }
  return value;
}

export function decode(bytes, otherwise) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return otherwise();
  }
}

function write(name, path, value) {
  if (typeof value === "string") {
    return writeText(name, path, value);
  }
  if (typeof value === "number") {
    return writeNumber(name, path, value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item, at) => write(name, `${path}[${at}]`, item)).join(",")}]`;
  }
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  const written = pairs(value).map(
    ([key, item]) => `${writeText(name, `${path}.${key}`, key)}:${write(name, `${path}.${key}`, item)}`,
  );
  return `{${written.join(",")}}`;
}

function writeText(name, path, text) {
  const found = CONTROL_CHARACTER.exec(text);
  if (found) {
    refuse(`${name} ${path}`, `含控制字符 U+${codePoint(found[0])}。`);
  }
  if (text.normalize("NFC") !== text) {
    refuse(`${name} ${path}`, "文字不是 NFC 形式。");
  }
  return JSON.stringify(text);
}

function writeNumber(name, path, number) {
  if (!Number.isInteger(number)) {
    refuse(`${name} ${path}`, "不是整数；此处只许整数，比例须写成文字。");
  }
  if (!Number.isSafeInteger(number)) {
    throw new Unreadable(`${name} ${path}`, "整数超过 2 的 53 次方，浏览器里算不准；请用 verify_draw.py 核对。");
  }
  return String(number);
}

// ---- shapes ------------------------------------------------------------------------------------------------------

const expecting = (holds, words) => (value, place) => holds(value) || refuse(place, `应为${words}。`);

export const text = expecting((value) => typeof value === "string", "文字");
export const bool = expecting((value) => typeof value === "boolean", "true 或 false");
export const nothing = expecting((value) => value === null, " null");
export const matching = (pattern, words) =>
  expecting((value) => typeof value === "string" && pattern.test(value), words);
export const digest = matching(/^[0-9a-f]{64}$/, "64 位小写十六进制数");
export const integer = expecting((value) => typeof value === "number", "整数");
export const atLeast = (least) =>
  expecting((value) => typeof value === "number" && value >= least, `不小于 ${least} 的整数`);
export const oneOf = (...values) => expecting((value) => values.includes(value), values.join(" 或 "));

export const list = (shape) => (value, place) =>
  Array.isArray(value)
    ? value.forEach((item, at) => shape(item, `${place}[${at}]`))
    : refuse(place, "应为列表。");

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export const map = (shape) => (value, place) =>
  isObject(value)
    ? Object.entries(value).forEach(([key, item]) => shape(item, `${place}.${key}`))
    : refuse(place, "应为对象。");

/** An object with these fields; a name ending in ? may be missing. Others are refused unless it is open. */
export const record =
  (fields, { open = false } = {}) =>
  (value, place) => {
    if (!isObject(value)) {
      refuse(place, "应为对象。");
    }
    const shapes = new Map(Object.entries(fields).map(([name, shape]) => [name.replace(/\?$/, ""), shape]));
    const missing = Object.keys(fields).find((name) => !name.endsWith("?") && !Object.hasOwnProperty.call(value, name));
    const unknown = Object.keys(value).find((name) => !shapes.has(name));
    if (missing) {
      refuse(place, `缺少字段 “${missing}”。`);
    }
    if (unknown !== undefined && !open) {
      refuse(place, `有不认识的字段 “${unknown}”。`);
    }
    for (const [name, shape] of shapes) {
      if (Object.hasOwnProperty.call(value, name)) {
        shape(value[name], `${place}.${name}`);
      }
    }
  };

export const either = (one, other) => (value, place) => {
  try {
    one(value, place);
  } catch {
    other(value, place);
  }
};
export const orNull = (shape) => (value, place) => value === null || shape(value, place);
