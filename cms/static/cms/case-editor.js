// In the editor of a case: turns a reference (to a scene, a member of the cast or a fact) into a
// list of what the form holds now. What is stored is the block's id, so that reordering, renaming
// and copying break no link.
const { Controller } = window.StimulusModule

class CaseReference extends Controller {
  static values = { to: String, optional: Boolean }

  connect() {
    if (!this.select) {
      this.select = document.createElement("select")
      const label = this.element.closest(".w-field__wrapper, .w-panel, [data-field-wrapper]")?.querySelector("label")
      this.select.setAttribute("aria-label", label ? label.textContent.trim() : "Choose")
      this.element.type = "hidden"
      this.element.after(this.select)
      for (const event of ["focus", "pointerdown"]) this.select.addEventListener(event, () => this.fill(thingsOf(this.toValue)))
      this.select.addEventListener("change", () => {
        this.element.value = this.select.value
        this.element.dispatchEvent(new Event("input", { bubbles: true }))
        this.element.dispatchEvent(new Event("change", { bubbles: true }))
      })
    }
    waiting.add(this)
    clearTimeout(soon)
    soon = setTimeout(fillWaiting)
  }

  disconnect() {
    waiting.delete(this)
  }

  fill(found) {
    const value = this.element.value
    const known = !value || found.some(([id]) => id === value) ? found : [...found, [value, "(gone)"]]
    const options = [["", this.optionalValue ? "None" : "Choose"], ...known].map(([id, text]) => new Option(text, id, false, id === value))
    this.select.replaceChildren(...options)
  }
}

// A page has hundreds of references, and what they name may be drawn after them: they are filled
// together, once all of the form is there.
const waiting = new Set()
let soon

function fillWaiting() {
  const known = {}
  for (const reference of waiting) reference.fill((known[reference.toValue] ||= thingsOf(reference.toValue)))
  waiting.clear()
}

// What the stream of this name holds now, in its order: pairs of a block's id and its title or name.
function thingsOf(stream) {
  const fields = new Map()
  for (const field of document.querySelectorAll(`[name^="${stream}-"]`)) fields.set(field.name, field)
  const found = []
  const count = Number(fields.get(`${stream}-count`)?.value || 0)
  for (let n = 0; n < count; n += 1) {
    const prefix = `${stream}-${n}`
    const id = fields.get(`${prefix}-id`)?.value
    if (!id || fields.get(`${prefix}-deleted`)?.value) continue
    const name = fields.get(`${prefix}-value-title`) || fields.get(`${prefix}-value-name`)
    found.push([Number(fields.get(`${prefix}-order`)?.value), id, name?.value || "(without a name)"])
  }
  return found.sort((a, b) => a[0] - b[0]).map(([, id, name]) => [id, name])
}

// What is shown of the draft beside its fields (the map of a case, what publishing changes):
// fetched anew whenever the draft was saved in the background.
class AsSaved extends Controller {
  static targets = ["shown"]
  static values = { url: String }

  async refresh({ detail }) {
    const page = detail?.response?.pk
    if (!page) return
    const answer = await fetch(this.urlValue.replace("/0/", `/${page}/`), { credentials: "same-origin" }).catch(() => null)
    if (!answer?.ok) return
    const open = this.parts().map((part) => part.open)
    this.shownTarget.innerHTML = await answer.text()
    this.parts().forEach((part, n) => (part.open = Boolean(open[n])))
  }

  parts() {
    return [...this.shownTarget.querySelectorAll("details")]
  }
}

window.wagtail.app.register("case-reference", CaseReference)
window.wagtail.app.register("as-saved", AsSaved)
