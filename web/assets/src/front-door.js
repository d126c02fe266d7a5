// What JavaScript adds. Without it every page is a form and a full page, and nothing is missing.
const root = document.documentElement
root.classList.add("js-enabled")

const byData = (name, from = document) => from.querySelector(`[data-${name}]`)
const speaker = makeSpeaker()
let sending = false

// A polite live region, outside <main>, so that it lasts when <main> is swapped.
function makeSpeaker() {
  const region = document.createElement("div")
  region.className = "govuk-visually-hidden"
  region.setAttribute("role", "status")
  document.body.append(region)
  return region
}

// Exit: hide the page at once, then let the server forget the sitting and send us elsewhere.
function leave() {
  document.body.hidden = true
  document.title = "Loading"
  location.replace("/exit")
}

let shifts = 0
let lastShift = 0
document.addEventListener("keyup", (event) => {
  if (event.key !== "Shift") {
    shifts = 0
    return
  }
  shifts = event.timeStamp - lastShift < 5000 ? shifts + 1 : 1
  lastShift = event.timeStamp
  if (shifts === 3) leave()
})

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector)
  if (at("[data-exit]")) {
    event.preventDefault()
    leave()
  } else if (at("[data-print]")) {
    event.preventDefault()
    print()
  } else if (at("[data-itinerary]") && !at("label, input")) {
    const radio = at("[data-itinerary]").querySelector("input")
    radio.checked = true
    radio.focus({ preventScroll: true })
  }
})

// The consent preview follows the ticks.
function preview() {
  const parts = byData("parts")
  if (!parts) return
  const ticked = new Set([...parts.querySelectorAll(":checked")].map((box) => box.value))
  let shown = 0
  document.querySelectorAll("[data-part]").forEach((row) => {
    row.hidden = row.dataset.part !== "" ? !ticked.has(row.dataset.part) : !ticked.size
    if (!row.hidden) shown += 1
  })
  const heading = document.getElementById("preview")
  heading.textContent = shown ? heading.dataset.all : heading.dataset.none
}

document.addEventListener("change", (event) => {
  if (event.target.name === "part") preview()
})

// Another page's <main> and what stands around it take the place of ours.
function swap(page) {
  const columns = document.querySelector(".fd-columns")
  const theirs = page.querySelector(".fd-columns")
  if (!columns || !theirs || page.querySelector(".fd-sticky-exit") || document.querySelector(".fd-sticky-exit")) return false
  columns.replaceWith(theirs)
  document.title = page.title
  return true
}

function show() {
  const problem = byData("focus")
  const heading = problem || byData("heading")
  const said = [...document.querySelectorAll(".fd-said__us .fd-said__text")].map((text) => text.textContent.trim())
  speaker.textContent = said.length && !problem ? `Front Door said ${said[said.length - 1]}` : ""
  if (heading) {
    heading.setAttribute("tabindex", "-1")
    const top = heading.getBoundingClientRect().top
    heading.focus({ preventScroll: top >= 0 && top < innerHeight * 0.8 })
  }
  preview()
}

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form))
  if (button && button.name) body.append(button.name, button.value)
  const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" })
  const html = await answer.text()
  const page = new DOMParser().parseFromString(html, "text/html")
  if (!swap(page)) {
    location.assign(answer.url)
    return
  }
  history.replaceState(null, "", answer.url)
  show()
}

document.addEventListener("submit", async (event) => {
  const form = event.target
  if (!form.matches("[data-once]")) return
  if (sending) {
    event.preventDefault()
    return
  }
  sending = true
  // Only the conversation is swapped in place; the first page and the others load a page.
  if (new URL(form.action).pathname !== "/chat" || location.pathname !== "/chat") return
  event.preventDefault()
  form.setAttribute("aria-busy", "true")
  try {
    await send(form, event.submitter)
  } catch {
    form.removeAttribute("aria-busy")
    speaker.textContent = "That did not send. Try again, or call us."
  }
  sending = false
})

// Back from the browser's own memory: the form may be sent again.
addEventListener("pageshow", () => {
  sending = false
  preview()
  if (byData("focus")) byData("focus").focus()
})
