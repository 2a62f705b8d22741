/**
 * The check on the page: fetches a draw's files or takes dropped ones, lets verify.js recompute, and shows the verdict.
 *
 * Nothing is judged here, and nothing sent anywhere.
 */

import { Unreadable, filesBeside, inWords, verify } from "./verify.js";

const TRANSCRIPT = "transcript.json";

for (const section of document.querySelectorAll("[data-check]")) {
  const part = (name) => section.querySelector(`[data-${name}]`);
  if (section.dataset.base) {
    const button = part("start");
    button.hidden = false;
    button.addEventListener("click", () => check(part, button, () => fetched(section.dataset.base, tell(part))));
  } else {
    takeFiles(part);
  }
}

function tell(part) {
  return (words) => {
    part("progress").textContent = words;
  };
}

async function check(part, button, gather) {
  part("result").hidden = true;
  if (button) {
    button.disabled = true;
  }
  const began = performance.now();
  try {
    const files = await gather();
    const words = inWords(await verify(files[TRANSCRIPT], files, tell(part)));
    tell(part)(`用时 ${((performance.now() - began) / 1000).toFixed(1)} 秒`);
    show(part, words);
  } catch (error) {
    tell(part)("");
    const cause = error instanceof Unreadable ? error.message : `出错了：${error.message}`;
    show(part, { verdict: `没有核对成。${cause}`, remarks: [], certain: [], digests: [] });
  }
  if (button) {
    button.disabled = false;
  }
}

function show(part, { verdict, remarks, certain, digests }) {
  const line = part("verdict");
  const holds = verdict.startsWith("成立");
  line.textContent = `${holds ? "✓ " : "✕ "}${verdict}`;
  line.className = `verdict ${holds ? "holds" : "fails"}`;
  fill(part("remarks"), remarks);
  fill(part("certain"), certain);
  fill(part("digests"), digests);
  for (const list of [part("certain"), part("digests")]) {
    list.hidden = !holds;
    list.previousElementSibling.hidden = !holds;
  }
  part("result").hidden = false;
}

function fill(list, lines) {
  list.replaceChildren(
    ...lines.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
}

async function fetched(base, say) {
  const files = { [TRANSCRIPT]: await fetchFile(base, TRANSCRIPT, say) };
  for (const name of await filesBeside(files[TRANSCRIPT])) {
    files[name] = await fetchFile(base, name, say);
  }
  return files;
}

async function fetchFile(base, name, say) {
  say(`下载 ${name}`);
  const response = await fetch(base + name);
  if (!response.ok) {
    throw new Unreadable(name, "没有这个文件。");
  }
  return response.blob();
}

function takeFiles(part) {
  const zone = part("zone");
  const taken = {};
  const take = (list) => {
    for (const file of list) {
      taken[file.name] = file;
    }
    const names = Object.keys(taken).join("、");
    if (taken[TRANSCRIPT]) {
      check(part, null, async () => taken);
    } else {
      tell(part)(`已有 ${names}，还缺 ${TRANSCRIPT}。`);
    }
  };
  part("drop").hidden = false;
  part("files").addEventListener("change", (event) => take(event.target.files));
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take(event.dataTransfer.files);
  });
}
