// Keeps a reflection as it is typed: in this browser at once, on the server a moment later.
// Without this file everything works by the buttons.

const IDLE = 1500 // milliseconds without typing before a save
const RETRY_AFTER = [2, 5, 10, 20, 30] // seconds

const form = document.querySelector("form[data-writing]")
const dialog = document.getElementById("sign-in")
const store = `answer:${form.dataset.owner}:${form.action}`
const areas = [...form.querySelectorAll("textarea")]
let timer
let busy = false
let isWaiting = false // something was typed while a save was on its way
let isBlocked = false // another page has saved something else: the writer chooses by a button
let pressed // the button whose submission waits for the save

function say(text, trouble = false) {
  const status = document.getElementById("saving")
  if (status.textContent === text) return // a screen reader hears each thing once
  status.classList.toggle("trouble", trouble)
  status.textContent = text
}

const texts = () => Object.fromEntries(areas.map((area) => [area.name, area.value]))
const remember = () => localStorage.setItem(store, JSON.stringify({ seen: form.elements.seen.value, texts: texts() }))

function kept() {
  try {
    return JSON.parse(localStorage.getItem(store))
  } catch {
    return null
  }
}

function countWords() {
  const words = areas.flatMap((area) => area.value.split(/\s+/).filter(Boolean))
  document.getElementById("words").textContent = words.length
}

function showHints(hints) {
  const box = document.getElementById("hints")
  const list = box.querySelector("ul")
  const lines = hints.map(({ text, advice }) => {
    const line = document.createElement("li")
    const mark = document.createElement("mark")
    mark.textContent = text
    const shown = document.createElement("input")
    Object.assign(shown, { type: "hidden", name: "hinted", value: text })
    line.append(mark, ` ${advice}`, shown)
    return line
  })
  const said = lines.map((line) => line.textContent).join()
  if (said === [...list.children].map((line) => line.textContent).join()) return
  list.replaceChildren(...lines)
  box.hidden = lines.length === 0
}

// ── Saving ────────────────────────────────────────────────────────────────
async function save(tries = 0) {
  clearTimeout(timer)
  if (isBlocked) return
  if (busy) {
    isWaiting = true
    return
  }
  busy = true
  isWaiting = false
  form.elements.sequence.value = Number(form.elements.sequence.value) + 1
  const sent = texts()
  let response
  try {
    response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Autosave": "1" }, redirect: "error" })
  } catch {
    busy = false
    pressed = null
    say("Not saved yet: no connection. It is kept in this browser, and we keep trying.", true)
    timer = setTimeout(() => save(tries + 1), 1000 * RETRY_AFTER[Math.min(tries, RETRY_AFTER.length - 1)])
    return
  }
  const answer = await response.json().catch(() => ({}))
  busy = false
  if (response.ok) saved(answer, sent)
  else await refused(response, answer)
}

function saved(answer, sent) {
  form.elements.seen.value = Math.max(answer.version, form.elements.seen.value)
  showHints(answer.hints)
  if (isWaiting || JSON.stringify(sent) !== JSON.stringify(texts())) {
    remember()
    return save()
  }
  localStorage.removeItem(store)
  say(answer.saved_at ? `Saved ${answer.saved_at}` : "")
  submitNow()
}

async function refused(response, answer) {
  if (answer.error === "conflict") {
    isBlocked = true
    say("Not saved: you wrote something else on another page. Press “Save” to see both.", true)
    submitNow()
  } else if (response.status === 401 || response.status === 403) {
    await renew()
  } else if (response.status >= 500) {
    pressed = null
    say("Not saved yet: something went wrong here. It is kept in this browser, and we keep trying.", true)
    timer = setTimeout(save, 10_000)
  } else {
    pressed = null
    say(answer.message || "Not saved. It is kept in this browser.", true)
  }
}

// ── Buttons: what is typed is safe on the server before the page is left ──────────────────
form.addEventListener("submit", (event) => {
  if (isBlocked) return // the server shows both texts
  event.preventDefault()
  pressed = event.submitter
  remember()
  save()
})

function submitNow() {
  if (!pressed) return
  const button = document.createElement("input")
  Object.assign(button, { type: "hidden", name: pressed.name, value: pressed.value })
  form.append(button)
  localStorage.removeItem(store)
  form.submit() // sends no submit event, so it is not caught again
}

// ── Signing in within the page ──────────────────────────────────────────────
// The landing page says who is signed in now, and has a token for the new session.
function take(page) {
  const found = page?.querySelector("[data-signed-in]")
  if (!found) return false
  if (found.dataset.signedIn !== form.dataset.owner) {
    say("Not saved: somebody else is signed in now. Sign out there, then come back to this page.", true)
    return true
  }
  form.elements.csrfmiddlewaretoken.value = found.dataset.token
  save()
  return true
}

async function renew() {
  const landing = new URL(form.dataset.signIn, location).searchParams.get("next")
  const response = await fetch(landing).catch(() => null)
  const page = response && new DOMParser().parseFromString(await response.text(), "text/html")
  if (take(page)) return
  say("Not saved yet: you are signed out. It is kept in this browser.", true)
  const frame = dialog.querySelector("iframe")
  frame.src = form.dataset.signIn
  if (!dialog.open) dialog.showModal()
}

dialog.querySelector("iframe").addEventListener("load", (event) => {
  const page = event.target.contentDocument
  if (page?.querySelector("[data-signed-in]")) {
    dialog.close()
    take(page)
    areas[0].focus()
  }
})
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close())
dialog.addEventListener("close", () => {
  pressed = null
})

// ── Typing, leaving, coming back ──────────────────────────────────────────
form.addEventListener("input", () => {
  remember()
  countWords()
  clearTimeout(timer)
  timer = setTimeout(save, IDLE)
})
addEventListener("online", () => kept() && save())
addEventListener("pagehide", () => {
  if (!kept() || isBlocked || pressed) return
  form.elements.sequence.value = Number(form.elements.sequence.value) + 1
  const body = new URLSearchParams(new FormData(form))
  fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1" }, keepalive: true }).catch(() => {})
})
// The browser's Back must show what is stored, not what the page once held.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload()
})
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-forget]")) localStorage.removeItem(store)
})

// What never came to the server comes back, with the version that it was based on: if another page
// has saved something since, the server notices and the writer chooses.
function recall() {
  if (form.dataset.writing === "conflict") return // both texts are on the page
  const found = kept()
  if (!found) return
  if (JSON.stringify(found.texts) === JSON.stringify(texts())) {
    localStorage.removeItem(store)
    return
  }
  for (const area of areas) if (area.name in found.texts) area.value = found.texts[area.name]
  form.elements.seen.value = found.seen
  countWords()
  say("What you had typed is back.")
  save()
}

recall()
document.querySelector("[data-focus]")?.focus()
