// While a tutor reads: saved comments go in at the cursor, single keys work where they are wanted,
// and what was typed is not left behind by accident. Without this file everything works by buttons.

const WANTED = "reflections:keys"
const form = document.querySelector("[data-reflection-answer]")
const text = document.querySelector("[data-reflection-text]")
const keys = document.querySelector("[data-reflection-keys]")

function insert(comment) {
  const { selectionStart: start, selectionEnd: end, value } = text
  const gap = start > 0 && !/\s$/.test(value.slice(0, start)) ? " " : ""
  text.setRangeText(gap + comment, start, end, "end")
  text.focus()
}

function isTyping(target) {
  return target.isContentEditable || target.closest("input, textarea, select")
}

function isOn() {
  return keys.querySelector("input").checked
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[name=insert]")
  if (!button || !text) return
  event.preventDefault()
  insert(button.textContent)
})

let isLeaving = false
form.addEventListener("submit", () => (isLeaving = true))
addEventListener("pageshow", () => (isLeaving = false))
addEventListener("beforeunload", (event) => {
  if (text && !isLeaving && text.value !== text.defaultValue) event.preventDefault()
})

keys.hidden = false
const choice = keys.querySelector("input")
try {
  choice.checked = localStorage.getItem(WANTED) === "yes"
} catch {
  // A browser that remembers nothing still has the choice on this page.
}
choice.addEventListener("change", () => {
  try {
    localStorage.setItem(WANTED, isOn() ? "yes" : "no")
  } catch {
    // As above.
  }
})

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.ctrlKey || event.metaKey || event.altKey) return
  if (isTyping(event.target) && event.target !== choice) return
  const key = event.key.toLowerCase()
  const link = document.querySelector(`a[data-key="${CSS.escape(key)}"]`)
  if (link) link.click()
  if (key === "f" && text) text.focus()
  if (link || (key === "f" && text)) event.preventDefault()
})
