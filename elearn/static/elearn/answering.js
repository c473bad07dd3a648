// Saves each answer as it is given, says so, and keeps what could not be saved.
// Without this file everything works by the buttons.

const RETRY_AFTER = [2, 5, 10, 20, 30] // seconds
let timer
let submitted // the answer that a button is sending
let busy // the form whose save is on its way
let isWaiting = false // and whether it has changed since

const form = () => document.querySelector("form[data-answer]")
const nameOf = (f) => `answer:${f.action}`

const saveButton = (f) => f.dataset.save || "Save and go on"

function say(text, trouble = false) {
  const status = document.getElementById("saving")
  if (!status) return
  status.classList.toggle("trouble", trouble)
  status.replaceChildren(...[].concat(text))
}

function link(text, href) {
  const a = document.createElement("a")
  a.href = href
  a.textContent = text
  return a
}

async function save(tries = 0) {
  const f = form()
  if (!f) return
  clearTimeout(timer)
  count(f)
  const data = new URLSearchParams(new FormData(f))
  remember(f, data)
  // What was missing before this change need not be missing now; the answer to the save says.
  const missing = document.getElementById("missing")
  if (missing) missing.textContent = ""
  // One save at a time, so that each names the version that the one before has made.
  if (busy === f) {
    isWaiting = true
    return
  }
  busy = f
  isWaiting = false
  let response
  try {
    response = await fetch(f.action, { method: "POST", body: data, headers: { "X-Autosave": "1" }, redirect: "error", keepalive: true })
  } catch {
    busy = null
    if (form() !== f) return
    say("Not saved yet: no connection. We keep trying.", true)
    timer = setTimeout(() => save(tries + 1), 1000 * RETRY_AFTER[Math.min(tries, RETRY_AFTER.length - 1)])
    return
  }
  const answer = await response.json().catch(() => ({}))
  if (busy === f) busy = null
  if (response.ok && localStorage.getItem(nameOf(f)) === keepable(data)) localStorage.removeItem(nameOf(f))
  if (form() !== f) return
  if (response.ok) {
    f.elements.seen.value = Math.max(answer.version, f.elements.seen.value)
    if (isWaiting) return save()
    if (missing) missing.textContent = answer.missing
    say(answer.saved_at ? `Saved ${answer.saved_at}` : "")
  } else if (answer.error === "signed-out") {
    say(["Not saved: you are signed out. ", link("Sign in to save it", answer.sign_in), "."], true)
  } else if (answer.error === "conflict") {
    say(`Not saved: you gave another answer on another page. Press “${saveButton(f)}” to choose.`, true)
  } else if (answer.error === "stale-page") {
    say(["Not saved: this page is out of date. ", link("Load it again", f.action), "; your answer is kept."], true)
  } else if (answer.error === "closed") {
    // Where a button has just sent this very answer, what it brings is on its way.
    if (!submitted) location.reload()
  } else {
    say(answer.message || `Not saved. Press “${saveButton(f)}” to try again.`, true)
  }
}

// Each try has a number, so that the server can tell a late one from the last one.
function count(f) {
  f.elements.sequence.value = Number(f.elements.sequence.value) + 1
}

function keepable(data) {
  const kept = new URLSearchParams(data)
  for (const name of ["csrfmiddlewaretoken", "page", "sequence"]) kept.delete(name)
  return kept.toString()
}

function remember(f, data) {
  localStorage.setItem(nameOf(f), keepable(data))
}

// What could not be saved when the page was left comes back, with the version that it was based
// on: if another answer was saved since, the server notices and the learner chooses.
function recall() {
  const f = form()
  if (f && f.dataset.answer === "conflict") return // both answers are on the page already
  const kept = f && localStorage.getItem(nameOf(f))
  if (!kept) return
  const data = new URLSearchParams(kept)
  f.elements.seen.value = data.get("seen")
  for (const field of f.elements) {
    if (!field.name || field.type === "hidden" || field.type === "submit") continue
    const values = data.getAll(field.name)
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value)
    else if (values.length) field.value = values[0]
  }
  save()
}

// After moving on, the question is what a screen reader should hear, once.
function focus() {
  const target = document.querySelector("#stage [data-focus]") || document.getElementById("question")
  if (target) target.focus({ preventScroll: true })
}

document.addEventListener("change", (event) => {
  if (event.target.closest("form[data-answer]")) save()
})
// A text is kept in this browser with every key, and saved once the typing pauses.
document.addEventListener("input", (event) => {
  const f = event.target.matches("textarea") && event.target.closest("form[data-answer]")
  if (!f) return
  remember(f, new URLSearchParams(new FormData(f)))
  clearTimeout(timer)
  timer = setTimeout(save, 1500)
})
addEventListener("online", () => {
  if (form() && localStorage.getItem(nameOf(form()))) save()
})
// What still waits when the page is left goes out at once.
addEventListener("pagehide", () => {
  const f = form()
  if (!f || !isWaiting || busy !== f) return
  fetch(f.action, { method: "POST", body: new URLSearchParams(new FormData(f)), headers: { "X-Autosave": "1" }, keepalive: true }).catch(() => {})
})
// The browser's Back must show what is stored, not what the page once held.
addEventListener("pageshow", (event) => {
  if (event.persisted && form()) location.reload()
})
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-forget]")) localStorage.removeItem(nameOf(form()))
})
document.addEventListener("htmx:configRequest", (event) => {
  clearTimeout(timer)
  const f = event.target.closest("form[data-answer]")
  submitted = f && nameOf(f)
  if (!f) return
  count(f)
  event.detail.parameters.set("sequence", f.elements.sequence.value)
})
// A page of another kind (signing in, an error) is shown whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail
  if (submitted && xhr.status === 200) localStorage.removeItem(submitted)
  submitted = null
  if (!xhr.responseText.includes('id="stage"')) {
    event.detail.shouldSwap = false
    location.assign(xhr.responseURL)
  }
})
document.addEventListener("htmx:afterSettle", () => {
  focus()
  recall()
})
function failed(text) {
  submitted = null
  say(text, true)
}

document.addEventListener("htmx:responseError", () => failed("That did not work. Your answer is kept on this page; try again."))
document.addEventListener("htmx:sendError", () => failed("No connection. Your answer is kept on this page; try again in a moment."))
recall()
