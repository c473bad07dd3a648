// A certified OpenID Connect server (node-oidc-provider) with people that tests invent.
//
//   node server.mjs PORT REDIRECT_URI…
//
// PUT /people/ID keeps a person: {"claims": {…}, "amr": […], "acr": "…"}. Whoever is asked to sign in
// types such an ID. Prints "ready" once it listens; ends with the process that has started it.
import http from "node:http"

import { Provider } from "oidc-provider"

const [port, ...redirectUris] = process.argv.slice(2)
const people = new Map()
const scopes = "openid profile email university"

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "common-ground", client_secret: "only-for-tests", redirect_uris: redirectUris }],
  scopes: scopes.split(" "),
  claims: {
    openid: ["sub", "amr", "acr"],
    profile: ["name", "given_name", "family_name"],
    email: ["email", "email_verified"],
    university: ["role", "matriculation", "groups"],
  },
  acrValues: ["urn:test:two-factors"],
  cookies: { keys: ["only for tests"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id)?.claims }) }),
  async loadExistingGrant({ oidc }) {
    // Nobody is asked for consent: the university has given it.
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
    grant.addOIDCScope(scopes)
    await grant.save()
    return grant
  },
})

const oidc = provider.callback()

async function body(request) {
  let text = ""
  for await (const chunk of request) text += chunk
  return text
}

async function interaction(request, response) {
  if (request.method === "POST") {
    const accountId = new URLSearchParams(await body(request)).get("person")
    const { amr, acr } = people.get(accountId) ?? {}
    const result = accountId ? { login: { accountId, amr, acr } } : { error: "access_denied" }
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
  response.setHeader("content-type", "text/html; charset=utf-8")
  response.end(`<!doctype html><html lang="en"><title>Test University</title><h1>Test University</h1>
<form method="post"><label>Person <input name="person"></label><button>Sign in</button></form></html>`)
}

http.createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://127.0.0.1")
  if (request.method === "PUT" && pathname.startsWith("/people/")) {
    people.set(pathname.slice("/people/".length), JSON.parse(await body(request)))
    response.end()
  } else if (pathname.startsWith("/interaction/")) {
    await interaction(request, response)
  } else {
    oidc(request, response)
  }
}).listen(Number(port), "127.0.0.1", () => console.log("ready"))

process.stdin.resume().on("end", () => process.exit())
