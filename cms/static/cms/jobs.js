// Renews what a job's page says while the job goes on; without scripts the page renews itself.
const place = document.querySelector("[data-job]");

async function renew() {
  const answer = await fetch(place.dataset.job, { headers: { "X-Fragment": "1" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const held = place.contains(document.activeElement) && document.activeElement.matches("button");
    place.innerHTML = await answer.text();
    if (held) place.querySelector("button, a")?.focus();
  }
  if (place.querySelector("[data-live]")) setTimeout(renew, 2000);
}

if (place?.querySelector("[data-live]")) setTimeout(renew, 1000);
