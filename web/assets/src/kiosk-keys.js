// A keyboard for fingers. It writes into the one field of the screen; a real keyboard works as well.
const LETTERS = { en: ["qwertyuiop", "asdfghjkl", "zxcvbnm"], pl: ["qwertyuiop", "asdfghjklł", "zxcvbnm"] }
const EXTRA = { pl: "ąćęńóśźż" }
const DIGITS = "1234567890"
const BACK = "\u232b"

export function offerKeyboard() {
  const board = document.querySelector("[data-keys]")
  const field = document.querySelector("[data-field]")
  if (!board || !field || !("keyboard" in document.body.dataset)) return
  if (!matchMedia("(min-width: 701px)").matches) return // a phone brings its own
  const kind = board.dataset.keys
  const names = JSON.parse(document.body.dataset.keyboard)
  const state = { names, upper: kind === "capitals" || kind === "name" || kind === "words", locked: kind === "capitals" }
  field.setAttribute("inputmode", "none") // the system's own keyboard stays away
  board.classList.add("k-keys--on", `k-keys--${kind}`)
  board.setAttribute("role", "group")
  board.setAttribute("aria-label", names.board)
  const redraw = () => board.replaceChildren(...rows(kind, state).map((keys) => row(keys, state)))
  redraw()
  board.addEventListener("pointerdown", (event) => {
    const key = event.target.closest("button")
    if (!key) return
    event.preventDefault() // the field keeps its caret
    press(key.dataset.key, field, state)
    redraw()
  })
  // Screen readers and switches click without touching.
  board.addEventListener("click", (event) => {
    const key = event.target.closest("button")
    if (!key || event.detail !== 0) return
    press(key.dataset.key, field, state)
    redraw()
  })
  field.focus({ preventScroll: true })
}

function rows(kind, state) {
  if (kind === "numbers") return [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], [",", "0", "space", BACK]]
  const language = document.documentElement.lang
  const [top, middle, bottom] = (LETTERS[language] || LETTERS.en).map((letters) => [...letters])
  const extra = EXTRA[language] && (kind === "words" || kind === "name") ? [...EXTRA[language]] : null
  const signs = kind === "contact" ? ["@", ".", "-", "_", "+", "space", BACK] : [",", ".", "’", "space", "?", "-", BACK]
  const first = extra && !state.digits ? extra : [...DIGITS]
  return [first, top, middle, ["shift", ...bottom], extra ? ["digits", ...signs] : signs]
}

function row(keys, state) {
  const line = document.createElement("div")
  line.className = "k-keys__row"
  line.append(...keys.map((key) => button(key, state)))
  return line
}

const SHOWN = { space: " ", shift: "\u21e7", digits: "123" }

function button(key, state) {
  const made = document.createElement("button")
  made.type = "button"
  made.tabIndex = -1
  made.dataset.key = key
  made.className = "k-key"
  if (key === "space") made.classList.add("k-key--space")
  if (["shift", "digits", BACK].includes(key)) made.classList.add("k-key--wide")
  if ((key === "shift" && state.upper) || (key === "digits" && state.digits)) made.classList.add("k-key--on")
  made.textContent = SHOWN[key] ?? (state.upper ? key.toUpperCase() : key)
  if (state.names[key]) made.setAttribute("aria-label", state.names[key])
  return made
}

function press(key, field, state) {
  if (key === "shift" || key === "digits") {
    const what = key === "shift" ? "upper" : "digits"
    state[what] = !state[what]
    return
  }
  const [start, end] = [field.selectionStart, field.selectionEnd]
  if (key === BACK) field.setRangeText("", start === end ? Math.max(0, start - 1) : start, end, "end")
  else {
    const letter = key === "space" ? " " : state.upper ? key.toUpperCase() : key
    if (field.maxLength < 0 || field.value.length < field.maxLength) field.setRangeText(letter, start, end, "end")
    if (!state.locked) state.upper = false
  }
  if (!state.locked && /(^|[.?]\s)$/.test(field.value)) state.upper = true // a new sentence
  field.scrollTop = field.scrollHeight
  field.dispatchEvent(new Event("input", { bubbles: true }))
}
