// Left alone, the screen asks who is there, counts down where everybody can see it, and clears.
const ANNOUNCED = [30, 10]
const ACTS = ["pointerdown", "keydown", "input", "wheel"]

export function watch() {
  const idle = Number(document.body.dataset.idle) * 1000
  const countdown = Number(document.body.dataset.countdown) * 1000
  const band = document.querySelector("[data-band]")
  const finish = document.querySelector("[data-finish]")
  if (!idle || !band || !finish) return
  const part = (name) => band.querySelector(`[data-${name}]`)
  let last = Date.now()
  let told = Date.now()
  let announced = new Set()
  let asking = false

  function ask(yes) {
    asking = yes
    band.classList.toggle("k-band--asking", yes)
    for (const name of ["asking", "bar", "still"]) part(name).hidden = !yes
    part("calm").hidden = yes
    if (!yes) part("announce").textContent = ""
    announced = new Set()
  }

  function here() {
    last = Date.now()
    for (const cover of document.querySelector("[data-cover]")?.getAnimations() || []) cover.currentTime = 0
    if (asking) ask(false)
    if (last - told > Math.min(20000, idle / 3)) tell()
  }

  // The server counts for itself: it is told, now and then, that somebody writes or reads.
  async function tell() {
    if (!("begun" in document.body.dataset)) return
    told = Date.now()
    const mark = finish.elements.mark.value
    const answer = await fetch("/kiosk/here", { method: "POST", body: new URLSearchParams({ mark }) }).catch(() => null)
    if (answer?.status === 410) location.replace("/kiosk")
  }

  function clear() {
    document.body.hidden = true
    speechSynthesis?.cancel()
    finish.submit()
  }

  const timer = setInterval(() => {
    const alone = Date.now() - last
    if (alone < idle) return
    if (!asking) ask(true)
    const left = Math.max(0, idle + countdown - alone)
    const seconds = Math.ceil(left / 1000)
    part("seconds").textContent = seconds
    part("bar-left").style.transform = `scaleX(${left / countdown})`
    for (const mark of ANNOUNCED) {
      if (seconds > mark || announced.has(mark)) continue
      announced.add(mark)
      part("announce").textContent = part("announce").dataset.words.replace("{seconds}", seconds)
      break
    }
    if (!left) {
      clearInterval(timer)
      clear()
    }
  }, 250)

  for (const name of ACTS) {
    document.addEventListener(name, (event) => {
      if (!asking || event.target.closest?.("[data-still]")) here()
    }, { capture: true, passive: true })
  }
  part("still").addEventListener("click", () => {
    told = 0
    here()
  })
}
