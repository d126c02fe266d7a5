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
  region.setAttribute("aria-atomic", "false") // what is added is said, and not all of it again
  document.body.append(region)
  return region
}

// Exit: hide the page at once, then let the server forget the sitting and send us elsewhere. In a council's page the
// frame brings a form that takes the whole window away.
function leave() {
  document.body.hidden = true
  document.title = "Loading"
  const form = document.getElementById("leave")
  if (form) form.submit()
  else location.replace("/exit")
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
  const dials = at('a[href^="tel:"], a[href^="sms:"]')
  if (dials) dials.target = "_self" // in the widget's frame other links open a new tab
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

// Another page takes the place of ours. The live region stays where it is, or it would not be heard.
function swap(page) {
  if (!page.querySelector(".fd-columns")) return false
  for (const child of [...document.body.children]) if (child !== speaker) child.remove()
  speaker.before(...page.body.children)
  document.body.className = page.body.className
  document.title = page.title
  root.lang = page.documentElement.lang
  return true
}

function show() {
  const problem = byData("focus")
  const heading = problem || byData("heading")
  const said = [...document.querySelectorAll(".fd-said__us:not(.fd-said__person) .fd-said__text")]
  const newest = said.length && !problem ? said[said.length - 1].textContent.trim() : ""
  speaker.textContent = newest ? `${document.body.dataset.said} ${newest}` : ""
  if (heading) {
    heading.setAttribute("tabindex", "-1")
    const top = heading.getBoundingClientRect().top
    heading.focus({ preventScroll: top >= 0 && top < innerHeight * 0.8 })
  }
  preview()
  listen()
}

// ---------------------------------------------------------------- sending
// What was typed stays in its box until the server has it. What failed is sent again by itself; the server knows it
// by its words and its turn, and takes it once. Nothing is put in the browser's storage: others may use this computer.
const conversation = ["/chat", "/embed"]
const here = () => conversation.includes(location.pathname)
let pending = null

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form))
  if (button && button.name) body.append(button.name, button.value)
  const answer = await fetch(form.action, {
    method: "POST", body, credentials: "same-origin", redirect: here() ? "follow" : "manual",
  })
  if (answer.type === "opaqueredirect") {
    location.assign(`${form.action}#latest`)
    return
  }
  if (answer.status >= 500) throw new Error("not taken")
  const html = await answer.text()
  if (!swap(new DOMParser().parseFromString(html, "text/html"))) {
    location.assign(answer.url)
    return
  }
  if (here()) history.replaceState(null, "", answer.url)
  show()
}

async function attempt(form, button) {
  sending = true
  form.setAttribute("aria-busy", "true")
  const wait = pending && pending.form === form ? Math.min(pending.wait * 2, 30000) : 2000
  if (pending) clearTimeout(pending.timer)
  pending = null
  try {
    await send(form, button)
  } catch {
    const timer = setTimeout(tryAgain, wait)
    pending = { form, button, wait, timer }
    sayNotSent(form)
  }
  form.removeAttribute("aria-busy")
  sending = false
}

function tryAgain() {
  if (pending && !sending && pending.form.isConnected) attempt(pending.form, pending.button)
}

function sayNotSent(form) {
  if (byData("not-sent-note", form)) return
  const note = document.createElement("p")
  note.className = "fd-not-sent"
  note.dataset.notSentNote = ""
  note.textContent = speaker.textContent = document.body.dataset.notSent
  const button = form.querySelector("button")
  if (button) button.before(note)
  else form.append(note)
}

addEventListener("online", tryAgain)

document.addEventListener("submit", (event) => {
  const form = event.target
  if (!form.matches("[data-once]")) return
  if (sending) {
    event.preventDefault()
    return
  }
  sending = true
  if (!conversation.includes(new URL(form.action).pathname)) return
  event.preventDefault()
  attempt(form, event.submitter)
})

// ---------------------------------------------------------------- letters
// What a named contact writes is added by itself, said once, and the focus stays where it is.
const QUIET = 40000 // a stream beats every 15 seconds; one that is silent for longer is dead
let listening = null

const letters = () => byData("letters")

function deliver(id, { who, text }) {
  const place = letters()
  if (!place || Number(id) <= Number(place.dataset.last)) return
  place.dataset.last = id
  const line = document.createElement("li")
  line.className = "fd-said__us fd-said__person"
  const name = document.createElement("span")
  name.className = "fd-said__who"
  name.textContent = who
  const words = document.createElement("p")
  words.className = "fd-said__text"
  words.textContent = text
  line.append(name, words)
  byData("list", place).append(line)
  byData("list", place).hidden = false
  // Added, not put in the place of the last one: of two that come together both are said.
  const aloud = document.createElement("p")
  aloud.textContent = `${who}: ${text}`
  speaker.append(aloud)
}

// Reads one stream to its end. Returns the name of an event that ends it for good.
async function read(stream, alive) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
  let text = ""
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return ""
    alive()
    text += value
    const events = text.split("\n\n")
    text = events.pop()
    for (const event of events) {
      const said = Object.fromEntries(event.split("\n").map((line) => line.split(/: ?(.*)/s, 2)))
      if (said.event === "letter") deliver(said.id, JSON.parse(said.data))
      else if (said.event) return said.event
    }
  }
}

async function stream(stop) {
  const place = letters()
  const carried = document.querySelector("[name=sitting]")
  const headers = { "Last-Event-ID": place.dataset.last }
  const body = carried ? new URLSearchParams({ sitting: carried.value }) : undefined
  const answer = await fetch(place.dataset.letters, {
    method: body ? "POST" : "GET", body, headers, cache: "no-store", signal: stop.signal,
  })
  if (answer.status === 404) return "left"
  if (!answer.ok) return Number(answer.headers.get("Retry-After")) || ""
  let watch
  const alive = () => {
    clearTimeout(watch)
    watch = setTimeout(() => stop.abort(), QUIET)
  }
  alive()
  return read(answer.body, alive).finally(() => clearTimeout(watch))
}

// Until told, or until the page is looked at or connected again.
const until = (seconds, seen = false) => new Promise((go) => {
  const over = new AbortController()
  const now = () => {
    over.abort()
    go()
  }
  if (!seen) setTimeout(now, seconds * 1000)
  addEventListener("online", now, over)
  document.addEventListener("visibilitychange", () => document.hidden || now(), over)
})

async function listen() {
  if (listening || !letters()) return
  listening = true
  let wait = 1
  while (letters()) {
    const began = Date.now()
    const end = await stream(new AbortController()).catch(() => "")
    if (end === "left") location.replace(location.pathname === "/embed" ? "/embed" : "/")
    if (end === "left") return
    wait = Date.now() - began > 5000 ? 1 : Math.min(wait * 2, 30)
    await until(typeof end === "number" ? end : wait, end === "elsewhere")
  }
  listening = null
}

// ---------------------------------------------------------------- the frame in a council's page
// It speaks with the page around it about nothing but closing, and only when that page is on the list.
let host = null
if (document.body.dataset.hosts !== undefined) {
  const hosts = document.body.dataset.hosts.split(" ")
  addEventListener("message", ({ source, origin, data }) => {
    if (source === parent && hosts.includes(origin) && data === "front-door:hello") host = origin
  })
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && host) parent.postMessage("front-door:close", host)
  })
}

// Back from the browser's own memory: the form may be sent again.
addEventListener("pageshow", () => {
  sending = false
  preview()
  listen()
  if (byData("focus")) byData("focus").focus()
})
