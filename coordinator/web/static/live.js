// What goes on elsewhere, live (a planning, a draw): server-sent events; where they fail, asking every second. Once it
// is over, or something else is to be done, the page is loaded anew. Without this script pages refresh themselves.
const panel = document.getElementById("progress");
const spoken = document.getElementById("spoken");
let last = "";

function show(words) {
  if (words === last) return; // what is the same is left alone: somebody may be marking it
  last = words;
  panel.innerHTML = words;
  const step = panel.querySelector(".tag").textContent.trim();
  if (spoken.textContent !== step) spoken.textContent = step; // a screen reader hears each step once
}

function renew() {
  const notice = document.getElementById("renew");
  const isTyping = [...document.querySelectorAll("input[type=text], input:not([type])")].some(
    (field) => field.value !== field.defaultValue && !field.readOnly,
  );
  if (notice && isTyping) notice.hidden = false;
  else location.reload();
}

async function poll() {
  try {
    const answer = await fetch(panel.dataset.progress, { credentials: "same-origin" });
    const words = await answer.text();
    if (answer.redirected || (answer.ok && !words)) return renew();
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
    renew();
  });
}

if ("EventSource" in window) listen();
else poll();
