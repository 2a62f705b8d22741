// Live progress of a planning: server-sent events; where they fail, asking every second. Once it is over the page is
// loaded anew, which shows the outcome. Without this script the page refreshes itself.
const panel = document.getElementById("progress");

const spoken = document.getElementById("spoken");

function show(words) {
  panel.innerHTML = words;
  const step = panel.querySelector(".tag").textContent.trim();
  if (spoken.textContent !== step) spoken.textContent = step; // a screen reader hears each step once
}

async function poll() {
  try {
    const answer = await fetch(panel.dataset.progress, { credentials: "same-origin" });
    const words = await answer.text();
    if (answer.redirected || (answer.ok && !words)) return location.reload();
    if (answer.ok) show(words);
  } catch { /* the network may come back */ }
  setTimeout(poll, 1000);
}

function listen() {
  const events = new EventSource(panel.dataset.events);
  let silent = setTimeout(fallBack, 5000);
  function fallBack() {
    events.close();
    poll();
  }
  events.onmessage = (event) => {
    clearTimeout(silent);
    silent = setTimeout(fallBack, 10000);
    show(event.data);
  };
  events.onerror = () => {
    if (events.readyState !== EventSource.CLOSED) return; // it comes back by itself
    clearTimeout(silent);
    fallBack();
  };
  events.addEventListener("over", () => {
    clearTimeout(silent);
    events.close();
    location.reload();
  });
}

if ("EventSource" in window) listen();
else poll();
