// What there is to mend before publishing: fetched anew whenever the draft was saved in the
// background. Without this file the list is as it was when the editor was opened.
class ContentChecks extends window.StimulusModule.Controller {
  static targets = ["list"]
  static values = { url: String }

  async refresh({ detail }) {
    const page = detail?.response?.pk
    if (!page) return
    const answer = await fetch(this.urlValue.replace("/0/", `/${page}/`), { credentials: "same-origin" }).catch(() => null)
    if (answer?.ok) this.listTarget.innerHTML = await answer.text()
  }
}

window.wagtail.app.register("content-checks", ContentChecks)
