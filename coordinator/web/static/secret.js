/**
 * A party's secret: made here by the browser's own chance, kept here until it is revealed. Only the commitment, which
 * says nothing about it, is sent before; a copy to keep is a file or a line on paper.
 */

import { digestOfLines, hex } from "./verify/hashes.js";

const SECRET = /^[0-9a-f]{64}$/;
const own = document.getElementById("own");
const part = (name) => own.querySelector(`[data-${name}]`);
const { key, hash } = own.dataset;
const lines = JSON.parse(own.dataset.lines);

const commitmentTo = (secret) => digestOfLines(hash, [...lines, `secret\t${secret}`].map((line) => [line]));
const inGroups = (secret) => secret.match(/.{8}/g).join(" ");

/** A browser may refuse to keep anything; then the copy is all there is. */
function kept() {
  try {
    const secret = localStorage.getItem(key);
    return SECRET.test(secret) ? secret : null;
  } catch {
    return null;
  }
}

function keep(secret) {
  try {
    localStorage.setItem(key, secret);
  } catch {
    // the page shows the secret and offers it as a file
  }
}

function offerFile(secret) {
  const text = [...lines, `secret\t${secret}`, `commitment\t${commitmentTo(secret)}`, ""].join("\n");
  part("file").href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  part("made").hidden = false;
}

function showCommitting(secret) {
  part("secret").textContent = inGroups(secret);
  offerFile(secret);
  const field = document.getElementById("commitment");
  field.value = commitmentTo(secret);
  field.readOnly = true;
  part("with-script").hidden = true;
}

function makeHere() {
  part("with-script").hidden = false;
  if (!own.querySelector("[data-by-hand] ~ .faulty")) part("by-hand").open = false;
  part("make").addEventListener("click", () => {
    const secret = hex(crypto.getRandomValues(new Uint8Array(32)));
    keep(secret);
    showCommitting(secret);
    part("secret").scrollIntoView({ block: "center" });
  });
}

function revealHere(secret) {
  const field = document.getElementById("secret");
  const file = document.getElementById("file");
  const judge = () => {
    const written = field.value.replace(/\s/g, "").toLowerCase();
    part("mismatch").hidden = !SECRET.test(written) || commitmentTo(written) === own.dataset.commitment;
  };
  part("with-script").hidden = Boolean(secret);
  field.value = secret ? inGroups(secret) : field.value;
  field.addEventListener("input", judge);
  file.addEventListener("change", async () => {
    const found = /^secret\t([0-9a-f]{64})$/m.exec(await file.files[0].text());
    field.value = found ? inGroups(found[1]) : "";
    judge();
  });
}

const secret = kept();
if (part("make")) {
  makeHere();
  if (secret) showCommitting(secret);
} else if (part("made") && secret && commitmentTo(secret) === own.dataset.commitment) {
  offerFile(secret);
}
if (document.getElementById("secret")) {
  revealHere(secret && commitmentTo(secret) === own.dataset.commitment ? secret : null);
}
