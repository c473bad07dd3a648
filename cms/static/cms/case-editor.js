// In the editor of a case: turns a reference (to a scene, a member of the cast or a fact) into a
// list of what the form holds now. What is stored is the block's id, so that reordering, renaming
// and copying break no link.
const { Controller } = window.StimulusModule

class CaseReference extends Controller {
  static values = { to: String, optional: Boolean }

  connect() {
    if (this.select) return
    this.select = document.createElement("select")
    const label = this.element.closest(".w-field__wrapper, .w-panel, [data-field-wrapper]")?.querySelector("label")
    this.select.setAttribute("aria-label", label ? label.textContent.trim() : "Choose")
    this.element.hidden = true
    this.element.type = "hidden"
    this.element.after(this.select)
    for (const event of ["focus", "pointerdown"]) this.select.addEventListener(event, () => this.fill())
    this.select.addEventListener("change", () => {
      this.element.value = this.select.value
      this.element.dispatchEvent(new Event("input", { bubbles: true }))
      this.element.dispatchEvent(new Event("change", { bubbles: true }))
    })
    this.fill()
    // The streams of a form are drawn one after the other; what is named may come later.
    setTimeout(() => this.fill(), 500)
  }

  fill() {
    const value = this.element.value
    const found = this.things()
    if (value && !found.some(([id]) => id === value)) found.push([value, "(gone)"])
    const options = [["", this.optionalValue ? "None" : "Choose"], ...found].map(([id, text]) => new Option(text, id, false, id === value))
    this.select.replaceChildren(...options)
  }

  things() {
    const field = (name) => document.getElementsByName(name)[0]
    const found = []
    const count = Number(field(`${this.toValue}-count`)?.value || 0)
    for (let n = 0; n < count; n += 1) {
      const prefix = `${this.toValue}-${n}`
      const id = field(`${prefix}-id`)?.value
      if (!id || field(`${prefix}-deleted`)?.value) continue
      const name = field(`${prefix}-value-title`) || field(`${prefix}-value-name`)
      found.push([Number(field(`${prefix}-order`)?.value), id, name?.value || `(without a name)`])
    }
    return found.sort((a, b) => a[0] - b[0]).map(([, id, name]) => [id, name])
  }
}

// The map of the case: fetched anew whenever the draft was saved in the background.
class CaseMap extends Controller {
  static targets = ["map"]
  static values = { url: String }

  async refresh({ detail }) {
    const page = detail?.response?.pk
    if (!page) return
    const answer = await fetch(this.urlValue.replace("/0/", `/${page}/`), { credentials: "same-origin" }).catch(() => null)
    if (answer?.ok) this.mapTarget.innerHTML = await answer.text()
  }
}

window.wagtail.app.register("case-reference", CaseReference)
window.wagtail.app.register("case-map", CaseMap)
