// Plays the recording from any word. While the call goes on the recording grows: beyond what is loaded, it is loaded anew.

const LEAD_S = 0.25;

export function startPlayer(panel) {
  panel.addEventListener("click", (event) => {
    const play = event.target.closest("[data-play]");
    const word = event.target.closest(".transcript .w");
    if (play) playFrom(panel, Number(play.dataset.play));
    else if (word && !getSelection().toString()) playFrom(panel, Number(word.dataset.s));
  });
}

export async function playFrom(panel, ms) {
  const audio = panel.querySelector("audio");
  if (!audio) return;
  const second = Math.max(0, ms / 1000 - LEAD_S);
  const isLive = panel.querySelector("[data-ticket]").dataset.call !== "ended";
  if (audio.readyState === HTMLMediaElement.HAVE_NOTHING || (isLive && !(second + 1 < audio.duration))) {
    await reload(audio);
  }
  audio.currentTime = second;
  await audio.play();
}

export function toggle(panel) {
  const audio = panel.querySelector("audio");
  if (!audio) return;
  if (audio.paused) audio.play();
  else audio.pause();
}

// A fresh address each time, as the browser keeps what it has of an old one.
function reload(audio) {
  const address = new URL(audio.src);
  address.searchParams.set("at", Date.now());
  return new Promise((resolve, reject) => {
    audio.addEventListener("loadedmetadata", resolve, { once: true });
    audio.addEventListener("error", () => reject(audio.error), { once: true });
    audio.preload = "metadata";
    audio.src = address.href;
  });
}
