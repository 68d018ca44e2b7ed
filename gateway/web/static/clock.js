// Ages count up by the server's clock, whatever the browser's says.

let ahead_ms = 0;

export function setServerTime(iso) {
  ahead_ms = Date.parse(iso) - Date.now();
}

export function clockTime(iso) {
  return new Date(iso ?? Date.now() + ahead_ms).toLocaleTimeString("nl-BE", { hour12: false });
}

function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function showAges(within = document) {
  const now = Date.now() + ahead_ms;
  for (const time of within.querySelectorAll("time[data-age]")) {
    const text = duration((now - Date.parse(time.dateTime)) / 1000);
    if (time.textContent !== text) time.textContent = text;
  }
}

export function startClock() {
  showAges();
  setInterval(showAges, 1000);
}
