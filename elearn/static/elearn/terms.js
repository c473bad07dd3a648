// Shows what a term means where it stands: on hover, on focus and on a tap. Escape closes it.
// Without this file a term leads to its place in the glossary.

const OPEN_AFTER = 150 // milliseconds, so that a pointer passing by opens nothing
const CLOSE_AFTER = 300 // time to move the pointer from the term into the definition
const GAP = 6 // pixels between the two
let timer

const knowsPopovers = "popover" in HTMLElement.prototype
const termAt = (target) => target?.closest?.("a.term") ?? null
const glossAt = (target) => target?.closest?.(".gloss") ?? null
const glossOf = (term) => document.getElementById(term.dataset.term)

function place(term, gloss) {
  // Beside the term: under its last line, or above its first one where there is no room below.
  if (matchMedia("(max-width: 40rem)").matches) return // there it stands at the foot, by the sheet
  const lines = term.getClientRects()
  const first = lines[0]
  const last = lines[lines.length - 1]
  const { width, height } = gloss.getBoundingClientRect()
  const room = document.documentElement.clientWidth - width - GAP
  const below = last.bottom + GAP
  gloss.style.left = `${Math.max(GAP, Math.min(last.left, room))}px`
  gloss.style.top = `${below + height < innerHeight ? below : Math.max(GAP, first.top - GAP - height)}px`
}

function open(term) {
  clearTimeout(timer)
  const gloss = glossOf(term)
  if (!gloss || gloss.matches(":popover-open")) return
  try {
    gloss.showPopover()
  } catch (error) {
    // One that closes gives the focus back to its term, which asks to be shown meanwhile.
    if (error.name === "InvalidStateError") return
    throw error
  }
  place(term, gloss)
}

function close() {
  clearTimeout(timer)
  document.querySelector(".gloss:popover-open")?.hidePopover()
}

function later(action, after) {
  clearTimeout(timer)
  timer = setTimeout(action, after)
}

if (knowsPopovers) {
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return
    const term = termAt(event.target)
    if (term) later(() => open(term), OPEN_AFTER)
    else if (glossAt(event.target)) clearTimeout(timer)
  })
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "touch") return
    if (!termAt(event.target) && !glossAt(event.target)) return
    // What the keyboard has opened stays open until the focus leaves it.
    if (!termAt(document.activeElement)) later(close, CLOSE_AFTER)
    else clearTimeout(timer)
  })
  document.addEventListener("focusin", (event) => {
    const term = termAt(event.target)
    if (term?.matches(":focus-visible")) open(term)
    // Closing would throw the focus back to the term, so it stays while the focus is within.
    else if (glossAt(event.target)) clearTimeout(timer)
  })
  document.addEventListener("focusout", (event) => {
    const isLeft = termAt(event.target) || glossAt(event.target)
    if (isLeft && !glossAt(event.relatedTarget)) later(close, CLOSE_AFTER)
  })
  document.addEventListener("click", (event) => {
    const term = termAt(event.target)
    if (!term || !glossOf(term) || event.pointerType !== "touch") return
    event.preventDefault() // a tap shows the meaning; the link in it leads to the glossary
    open(term)
  })
  addEventListener("scroll", () => {
    const gloss = document.querySelector(".gloss:popover-open")
    const term = gloss && document.querySelector(`[data-term="${gloss.id}"]`)
    if (term) place(term, gloss)
  }, { passive: true })
}
