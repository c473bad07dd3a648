// Ties passkeys, which allauth's scripts speak for, to the forms of this page.
const able = Boolean(window.PublicKeyCredential)

document.addEventListener("DOMContentLoaded", () => {
  for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = !able
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const { passkey, credential, passwordless } = form.dataset
    const button = form.querySelector("button").id
    window.allauth.webauthn.forms[passkey]({
      ids: { add: button, authenticate: button, login: button, credential, passwordless, data: "passkey_data" },
    })
  }
})

// Cancelling, a passkey of another site, no answer: browsers do not say which, so neither do we.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault()
  const said = document.querySelector("[data-passkey-trouble]")
  said.hidden = false
  said.focus()
})
