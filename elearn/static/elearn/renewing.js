// Renews what a page says about work in the background; without scripts a link on it does.
const place = document.querySelector("[data-renewed]");

async function renew() {
  const answer = await fetch(place.dataset.renewed, { headers: { "X-Fragment": "1" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const held = place.contains(document.activeElement);
    place.innerHTML = await answer.text();
    if (held) place.querySelector("a, button")?.focus();
  }
  if (place.querySelector("[data-live]")) setTimeout(renew, 2000);
}

if (place?.querySelector("[data-live]")) setTimeout(renew, 1000);
