// Lets node run the browser's verifier: cases as JSON on stdin, what it says of them as JSON on stdout.
import { text } from "node:stream/consumers";
import { Unreadable, drawDepartment, inWords, numbersOf, verify } from "../../../coordinator/web/static/verify.js";

const blob = (base64) => new Blob([Buffer.from(base64, "base64")]);

async function verdict({ transcript, files }) {
  const blobs = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, blob(content)]));
  try {
    const found = await verify(blob(transcript), blobs);
    return { check: found.failure ? found.failure.check : "", ...inWords(found) };
  } catch (error) {
    if (error instanceof Unreadable) {
      return { check: "unreadable", verdict: error.message };
    }
    throw error;
  }
}

function numbers({ seed, hash, label, identifiers }) {
  const number = numbersOf(seed, hash);
  return identifiers.map((identifier) => String(number(label, identifier)));
}

function lots({ seed, hash, scale, roles }) {
  const number = numbersOf(seed, hash);
  const read = roles.map((role) => ({ ...role, chances: new Map(Object.entries(role.chances)) }));
  const departments = [...new Set(read.map((role) => role.department))];
  const teams = departments.map((department) =>
    drawDepartment(read.filter((role) => role.department === department), scale, number),
  );
  return Object.fromEntries(teams.flatMap((team) => [...team]));
}

const asked = JSON.parse(await text(process.stdin));
const answers = { verdicts: [], numbers: (asked.numbers || []).map(numbers), lots: (asked.lots || []).map(lots) };
for (const one of asked.verdicts || []) {
  answers.verdicts.push(await verdict(one));
}
process.stdout.write(JSON.stringify(answers));
