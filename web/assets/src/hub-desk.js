// The board of a day follows what others do. Without this it is as new as the last time it was loaded.
const live = () => document.querySelector("[data-live]")
const speaker = document.createElement("div")
speaker.className = "govuk-visually-hidden"
speaker.setAttribute("role", "status")
document.body.append(speaker)

// Whoever writes a note, or has one open, is not disturbed: the board is brought up to date when they are done.
const busy = () => live().querySelector("details[open]") || (document.activeElement && document.activeElement.matches("input"))

// Where the focus is, in words that find it on the new board.
function place() {
  const part = document.activeElement
  if (!part || !live().contains(part)) return null
  if (part.id) return `#${CSS.escape(part.id)}`
  if (part.matches("button")) return `button[form="${part.getAttribute("form")}"][value="${part.value}"]`
  return part.matches("a") ? `a[href="${part.getAttribute("href")}"]` : null
}

const wait = () => { live().dataset.late = "yes" } // a fresh board has no such mark

async function refresh() {
  if (busy()) {
    wait()
    return
  }
  const answer = await fetch(live().dataset.page, { credentials: "same-origin" })
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]")
  if (!fresh) {
    location.reload() // signed out, or another page now
    return
  }
  const at = place()
  live().replaceWith(fresh)
  const again = at && fresh.querySelector(at)
  if (again) again.focus({ preventScroll: true })
  speaker.textContent = ""
  speaker.textContent = fresh.dataset.changed
}

if (live() && "EventSource" in window) {
  const source = new EventSource(live().dataset.live)
  source.addEventListener("changed", () => refresh().catch(wait))
  const settle = () => setTimeout(() => { if (live().dataset.late) refresh().catch(wait) }, 0)
  document.addEventListener("toggle", settle, true)
  document.addEventListener("focusout", settle)
  addEventListener("pagehide", () => source.close())
}
