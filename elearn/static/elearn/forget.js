// Signing out leaves nothing behind on a shared computer.
document.addEventListener("submit", () => {
  for (const name of Object.keys(localStorage)) if (name.startsWith("answer:")) localStorage.removeItem(name)
})
