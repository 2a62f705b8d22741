/**
 * Chance itself (draw.md §1, §4, §5): the numbers of a seed, the draw of targets, the lots.
 *
 * 64-bit numbers are BigInt; chances, at most a million, are plain numbers. What may stand in a frame or a plan is
 * judged in documents.js.
 */

import { Hash, utf8 } from "./hashes.js";
import { compareText, sortedByText } from "./texts.js";

const WORDS = 2n ** 64n;

/** `number(label, id, …)` of one seed, as BigInt. */
export function numbersOf(seed, algorithm) {
  const seeded = new Hash(algorithm).update(utf8(seed));
  return (...parts) => {
    const hashed = seeded.copy().update(utf8(`\t${parts.join("\t")}`));
    return new DataView(hashed.digest().buffer).getBigUint64(0);
  };
}

/** Sort identifiers by (their number under a label, identifier). */
export function ranked(identifiers, numberOf) {
  const places = identifiers.map((text) => ({ text, number: numberOf(text) }));
  places.sort((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : compareText(a.text, b.text)));
  return places.map((place) => place.text);
}

/** A ratio such as "0.07" as an exact fraction: numerator and denominator. */
export function fraction(ratio) {
  const [whole, decimals = ""] = ratio.split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}

/** How many of a stratum are drawn: `"0.07"` of 100 is 7, never 8. */
export function sizeOf(rule, population) {
  const [part, whole] = fraction(rule.ratio);
  const share = Number((part * BigInt(population) + whole - 1n) / whole);
  return Math.min(population, Math.max(rule.minimum, share));
}

/** Draw one stratum. */
export function drawStratum({ entry, rule, targets }, number) {
  const population = targets.length;
  const size = sizeOf(rule, population);
  const order = ranked(targets, (target) => number("target", target));
  return {
    entry,
    stratum: rule.id,
    population,
    size,
    selected: order.slice(0, size),
    alternates: order.slice(size, size + rule.alternates),
    batches: Array.from({ length: size }, (_, i) => Number(1n + (BigInt(i) * BigInt(rule.batches)) / BigInt(size))),
  };
}

/** Draw who goes for one department's roles: a map role → inspectors, sorted. */
export function drawDepartment(roles, scale, number) {
  const department = roles[0].department;
  const network = networkOf(roles, number);
  const below = belowOf(number, department);
  network.starts.forEach((start) => {
    while (hasOpen(network, start, scale)) {
      turn(network, walk(network, start, scale), scale, below);
    }
  });
  const teams = new Map(roles.map((role) => [role.id, []]));
  network.edges.forEach(({ role, inspector }, arc) => {
    if (network.value[arc] === scale) {
      teams.get(role).push(inspector);
    }
  });
  return new Map([...teams].map(([role, team]) => [role, sortedByText(team)]));
}

/** Of those who can do a desk matter, the `need` with the least numbers. */
export const drawDesk = ({ id, need, eligible }, number) =>
  sortedByText(ranked(eligible, (inspector) => number("desk", id, inspector)).slice(0, need));

/** `below(m)`: whole numbers under m, all equally likely, from words 0, 1, 2, … */
function belowOf(number, department) {
  let counter = -1;
  return (limit) => {
    const m = BigInt(limit);
    let word = WORDS;
    while (word >= WORDS - (WORDS % m)) {
      counter += 1;
      word = number("lots", department, String(counter));
    }
    return Number(word % m);
  };
}

/**
 * Role → slot (inspector, half-day) → person → sink: arcs with values, and for each node its arcs in walking order, the
 * first at the end, so that closed ones drop off there. The edges come first among the arcs.
 */
function networkOf(roles, number) {
  const order = (identifiers) => ranked([...new Set(identifiers)], (text) => number("order", text));
  const inspectors = order(roles.flatMap((role) => [...role.chances.keys()]));
  const halfDays = order(roles.map((role) => role.halfDay));
  const byId = new Map(roles.map((role) => [role.id, role]));
  const ordered = order(byId.keys()).map((id) => byId.get(id));
  const network = { value: [], lower: [], upper: [], edges: [], arcs: new Map(), starts: [] };
  const slots = new Map();
  const persons = new Map();
  for (const role of ordered) {
    network.starts.push(`role\t${role.id}`);
    for (const inspector of inspectors.filter((name) => role.chances.has(name))) {
      const chance = role.chances.get(inspector);
      const slot = `slot\t${inspector}\t${role.halfDay}`;
      addArc(network, `role\t${role.id}`, slot, chance);
      network.edges.push({ role: role.id, inspector });
      slots.set(slot, (slots.get(slot) || 0) + chance);
      persons.set(inspector, (persons.get(inspector) || 0) + chance);
    }
  }
  for (const inspector of inspectors) {
    for (const halfDay of halfDays) {
      const slot = `slot\t${inspector}\t${halfDay}`;
      if (slots.has(slot)) {
        addArc(network, slot, `person\t${inspector}`, slots.get(slot));
      }
    }
  }
  inspectors.forEach((inspector) => addArc(network, `person\t${inspector}`, "sink", persons.get(inspector)));
  network.arcs.forEach((arcs) => arcs.reverse());
  return network;
}

function addArc({ value, lower, upper, arcs }, from, to, amount) {
  for (const node of [from, to]) {
    (arcs.get(node) || arcs.set(node, []).get(node)).push(value.length);
  }
  value.push(amount);
  lower.push(from);
  upper.push(to);
}

const hasOpen = ({ value, arcs }, node, scale) => arcs.get(node).some((arc) => value[arc] % scale !== 0);

/** Walk until a node comes up twice; return the cycle as [arc, sign], + away from the roles. */
function walk({ value, lower, upper, arcs }, start, scale) {
  const visits = new Map();
  const steps = [];
  let node = start;
  let used = -1;
  while (!visits.has(node)) {
    visits.set(node, steps.length);
    used = firstOpen(arcs.get(node), used, value, scale);
    const away = lower[used] === node;
    steps.push([used, away ? 1 : -1]);
    node = away ? upper[used] : lower[used];
  }
  return steps.slice(visits.get(node));
}

/** The first open arc that is not the one just used; arcs that have closed are dropped on the way. */
function firstOpen(arcs, used, value, scale) {
  while (value[arcs[arcs.length - 1]] % scale === 0) {
    arcs.pop();
  }
  if (arcs[arcs.length - 1] !== used) {
    return arcs[arcs.length - 1];
  }
  while (value[arcs[arcs.length - 2]] % scale === 0) {
    arcs.splice(-2, 1);
  }
  return arcs[arcs.length - 2];
}

/** Shift the cycle one way or the other, as chance says, until an arc on it closes. */
function turn({ value }, cycle, scale, below) {
  const rest = ([arc]) => value[arc] % scale;
  const upRoom = Math.min(...cycle.map((step) => (step[1] > 0 ? scale - rest(step) : rest(step))));
  const downRoom = Math.min(...cycle.map((step) => (step[1] > 0 ? rest(step) : scale - rest(step))));
  const shift = below(upRoom + downRoom) < downRoom ? upRoom : -downRoom;
  cycle.forEach(([arc, sign]) => {
    value[arc] += sign * shift;
  });
}
