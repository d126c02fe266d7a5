// What the kiosk's script adds: who is still there, a keyboard, reading aloud, print, a rest. Without it every screen
// is a form, a screen left alone clears itself by a plain refresh, and the server ends the sitting in any case.
import { watch } from "./kiosk-idle.js"
import { offerKeyboard } from "./kiosk-keys.js"
import { offerReading } from "./kiosk-reading.js"
import { rest } from "./kiosk-saver.js"

watch()
offerKeyboard()
offerReading()
rest()

// One touch sends once.
let sending = false
document.addEventListener("submit", (event) => {
  if (sending && event.target.matches("[data-once]")) event.preventDefault()
  sending = true
})

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print()
})

// No menus, no dragging of words or pictures.
for (const name of ["contextmenu", "dragstart"]) document.addEventListener(name, (event) => event.preventDefault())

// A page that the browser kept for its back button is asked for again: the server decides what may be seen.
addEventListener("pageshow", (event) => {
  sending = false
  if (event.persisted) location.reload()
})

navigator.serviceWorker?.register("/kiosk/worker.js", { scope: "/kiosk" }).catch(() => {})
